/**
 * The promises of SECURITY.md that hops keep. Each id is the anchor of a row there; a test looks for it.
 */
export const promises = {
  "one-guard": "Every route handler goes through one guard",
  "identity-from-the-session": "Identity comes from the session alone",
  "no-other-users-token": "Two users never receive each other's token",
  "one-vendor-session": "One vendor session per portal session",
  "sealed-at-rest": "Credentials and vendor sessions are sealed",
  "bounded-vendor": "A slow, broken or hostile vendor is bounded",
  "audit-on-disk": "An audit event is on the disk before it is confirmed",
  "tokens-out-of-addresses": "Tokens never appear in addresses or storage",
  "oidc-tokens-on-the-server": "The identity provider's tokens stay on the server",
  "sign-out-ends-everything": "Sign-out ends every vendor session",
  "no-speculative-token": "Speculative loads create no token",
  "no-foreign-sign-in": "A page of another site cannot sign a user in",
  "safe-return": "The browser is only redirected to a page of the portal",
  "no-password-guessing": "Rate limits stop guessing vendor passwords",
  "microstrategy-owner": "A token is proved to be the mapped user's",
  "microstrategy-frames": "Only frames in the page reach MicroStrategy's SDK",
  "chat-proof-of-identity": "The next user of a browser sees nothing of the former one's chat",
  "chat-live-token": "Rocket.Chat's own client never gets a token that has ended",
  "chat-own-frame": "Only Rocket.Chat's own frame receives the token",
  "chat-renewals": "A renewal leaves no token behind",
  "thoughtspot-object": "No token for everything for an object that the user may not see",
  "thoughtspot-rows": "Rows are those of the user's groups",
  "thoughtspot-session": "ThoughtSpot's own session ends with the portal's",
} as const;

export type PromiseId = keyof typeof promises;
