/** The part of oidc-provider 9 that the identity provider uses; the package brings no types. */

declare module "oidc-provider/lib/provider.js" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  /** What one interaction is about. */
  export interface Interaction {
    readonly uid: string;
    readonly prompt: { readonly name: string };
    readonly params: Readonly<Record<string, unknown>>;
    readonly session?: { readonly accountId?: string };
  }

  export interface OidcGrant {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }

  /** The context that hooks receive, reduced to what is read here. */
  export interface OidcContext {
    type: string;
    body: unknown;
    status: number;
    readonly oidc: {
      readonly client?: { readonly clientId: string; grantTypeAllowed(type: string): boolean };
      readonly session?: { readonly accountId?: string };
      readonly account?: { readonly accountId: string };
      readonly params?: { readonly scope?: string };
      readonly prompts?: ReadonlySet<string>;
      readonly result?: { readonly login?: object };
    };
  }

  export class Provider {
    constructor(issuer: string, configuration: object);
    readonly Grant: new (values: {
      accountId: string;
      clientId: string;
    }) => OidcGrant;
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
    interactionResult(request: IncomingMessage, response: ServerResponse, result: object): Promise<string>;
    on(event: string, listener: (...values: unknown[]) => void): this;
  }
}

declare module "oidc-provider/lib/helpers/interaction_policy/index.js" {
  import type { OidcContext } from "oidc-provider/lib/provider.js";

  export class Check {
    constructor(reason: string, description: string, check: (context: OidcContext) => boolean);
  }
  export function base(): {
    get(name: string): { checks: { add(check: Check): void } };
    remove(name: string): void;
  };
}
