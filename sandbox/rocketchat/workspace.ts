/**
 * One Rocket.Chat workspace: everything that its REST API, its DDP socket and its client share.
 */
import { sandboxSecret } from "@/lib/config/sandbox";
import { Control, type SandboxOptions } from "../kit/sandbox";
import { Accounts, serviceAccountId, type User } from "./accounts";
import { Colleague } from "./colleague";
import { Rooms } from "./rooms";
import { Settings } from "./settings";
import { type Switches, switchDefaults } from "./switches";
import { type Version, versionOf } from "./versions";

export class Workspace {
  readonly options: SandboxOptions;
  readonly control: Control<Switches>;
  readonly settings: Settings;
  readonly accounts: Accounts;
  readonly rooms: Rooms;
  readonly colleague: Colleague;
  /** How often `users.createToken` has failed for a user (switch `createTokenFails`). */
  readonly createTokenFailures = new Map<string, number>();
  /** How many calls of a route one address made in the current window. */
  readonly rateWindows = new Map<string, { startedAt: number; calls: number }>();

  constructor(options: SandboxOptions) {
    this.options = options;
    this.control = new Control(switchDefaults(options.portalOrigin));
    const now = () => this.control.clock.now();
    this.settings = new Settings(options.origin, options.portalOrigin);
    this.accounts = new Accounts(now);
    this.rooms = new Rooms(this.accounts, now);
    this.colleague = new Colleague(this.accounts, this.rooms);
  }

  get version(): Version {
    return versionOf(this.control.switches.version);
  }

  get now(): number {
    return this.control.clock.now();
  }

  /** What `users.createToken` of 8.x compares with; null when the server has none. */
  get createTokenSecret(): string | null {
    const { createTokens } = this.control.switches;
    if (createTokens === "off") return null;
    return sandboxSecret(createTokens === "on" ? "rocketchat:create-token" : "rocketchat:another-secret");
  }

  /** Whether the account is active, the switch `deactivated` included. */
  isActive(user: User): boolean {
    const named = this.control.switches.deactivated.split(",").map((name) => name.trim().toLowerCase());
    return user.active && !named.includes(user.username.toLowerCase());
  }

  /** Whether the user is the portal's service account. */
  isBroker(user: User): boolean {
    return user._id === serviceAccountId;
  }

  /** Whether one of the user's roles holds the permission, the switch `serviceAccount` included. */
  may(user: User, permission: string): boolean {
    if (this.isBroker(user) && this.control.switches.serviceAccount === "no-permissions") return false;
    return this.accounts.may(user, permission);
  }

  /** When a token made now ends, milliseconds; invalid settings mean 90 days. */
  tokenExpiry(when: number): number {
    const days = this.settings.number("Accounts_LoginExpiration");
    return when + (days > 0 ? days : 90) * 86_400_000;
  }

  reset(): void {
    this.colleague.reset();
    this.settings.reset();
    this.accounts.reset();
    this.rooms.reset();
    this.createTokenFailures.clear();
    this.rateWindows.clear();
  }

  /** For `/sandbox/state`: names and counts, never a token. */
  state(): object {
    return {
      settings: Object.fromEntries(this.settings.publicOnes().map(({ _id, value }) => [_id, value])),
      users: this.accounts.all().map((user) => ({
        id: user._id,
        username: user.username,
        name: user.name,
        email: user.emails[0]?.address ?? null,
        active: this.isActive(user),
        roles: user.roles,
        status: user.status,
        unread: this.rooms.subscriptions(user._id).reduce((sum, { unread }) => sum + unread, 0),
        loginTokens: user.tokens.filter((token) => !token.type).length,
      })),
      tokensMinted: this.accounts.minted,
      rooms: this.rooms.all().map((room) => ({
        id: room._id,
        name: room.name,
        members: this.rooms.members(room).map((user) => user.username),
        messages: room.messages.length,
      })),
    };
  }
}
