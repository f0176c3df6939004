/**
 * What the conformance kit needs to know of a vendor: the vendor itself, its emulator, and a few accounts and items
 * that the emulator has. Everything else follows from the contract.
 */
import type { Credential } from "@/lib/broker/vendor-adapter";
import type { Item } from "@/lib/config/portal";
import type { Vendor } from "../vendor";

/** An emulator of the vendor, as the sandbox has them: a fetch handler with `POST /sandbox/reset`. */
export interface Emulator {
  fetch(request: Request, bindings?: object): Response | Promise<Response>;
  readonly ready?: Promise<void>;
}

/** The origins that the emulator is told. */
export interface EmulatorOrigins {
  readonly origin: string;
  readonly portalOrigin: string;
  readonly idpOrigin: string;
  readonly idpInternalOrigin: string;
}

/** A user that the emulator knows. */
export interface Person {
  /** Who they are at the vendor, as the mapping in portal.config.ts would say. */
  readonly account: string;
  /** Their own login, for vendors that sign in with it. */
  readonly credential?: Credential;
}

/** Calls the emulator past the vendor's own code. */
export type EmulatorCall = (path: string, init?: RequestInit) => Promise<Response>;

export interface Subject {
  readonly vendor: Vendor;
  emulator(origins: EmulatorOrigins): Emulator;
  /** Variables beside or in place of those of `environment.sandbox()`. */
  readonly variables?: Readonly<Record<string, string>>;
  /** An item that both people may open. */
  readonly item: Item;
  readonly people: readonly [Person, Person];
  /** The users and items that the vendor refuses. Leave out what the vendor cannot know: a rule is then not applied. */
  readonly refused?: {
    /** An account that does not exist, where the portal does not create accounts. */
    readonly unknown?: Person;
    readonly disabled?: Person;
    /** An item that the first person may not see. */
    readonly forbidden?: Item;
    /** An item that does not exist. */
    readonly missing?: Item;
  };
  /**
   * Whether the vendor still takes what was opened: the grant's token, or the session in the connection's state. Leave
   * it out for grants that cannot be revoked, such as signed addresses.
   */
  isAlive?(grant: object, call: EmulatorCall, state: object): Promise<boolean>;
  /** For the capability `share`. */
  readonly share?: {
    /** A conversation of the first person's in which the second one may not post. */
    readonly room: string;
    /** What was posted there last, read past the vendor's own code: the words, and the account that said them. */
    newest(grant: object, call: EmulatorCall): Promise<{ text: string; account: string }>;
    /** Ends the grant at the vendor. */
    end(grant: object, call: EmulatorCall): Promise<void>;
  };
  /** For the capability `notify`: messages of the product's page that tell of something unread. */
  readonly notices?: readonly object[];
  /** The same connection, so old that `mint` must ask the vendor whether it still holds. */
  age?(state: object): object;
  /** True when the portal holds nothing at the vendor that could be lost or ended: the grant is signed, not issued. */
  readonly signed?: boolean;
  /** Ids of checks that are not ok on the emulator, each for a reason that the test names. */
  readonly findings?: readonly string[];
}
