/** What Rocket.Chat calls the steps of an opening, and what may be told of them. Safe in the browser. */
import type { Disclosures, VendorHops } from "@/lib/trace/terms";

const api = "https://developer.rocket.chat/apidocs";
const guides = "https://developer.rocket.chat/docs";

const docs = {
  authentication: { title: "Authentication", url: `${api}/authentication-api` },
  usersInfo: { title: "Get User's Info", url: `${api}/get-users-info` },
  createToken: { title: "Create Users Token", url: `${api}/create-users-token` },
  integration: { title: "Iframe integration", url: `${guides}/iframe-integration` },
  iframeAuthentication: { title: "Iframe authentication", url: `${guides}/iframe-authentication` },
  rest: { title: "REST API", url: api },
} as const;

const loginToken = { token: "login token", note: "until Accounts_LoginExpiration" } as const;
/** The user of the token calls. */
const caller: Disclosures = { "X-User-Id": "value", "X-Auth-Token": { token: "auth token" } };
/** The service account calls: its token lives long and is the portal's own, so nothing of it is told. */
const service: Disclosures = { "X-User-Id": "password", "X-Auth-Token": "password" };

export const hops: VendorHops = {
  calls: [
    {
      id: "version",
      name: "Server's release",
      match: "GET /api/info",
      source: "lib/vendors/rocketchat/server/api.ts#version",
      docs: docs.rest,
      received: { version: "value" },
    },
    {
      id: "users-info",
      name: "users.info",
      match: "GET /api/v1/users.info",
      source: "lib/vendors/rocketchat/server/api.ts#userByUsername",
      docs: docs.usersInfo,
      promise: "identity-from-the-session",
      sent: service,
      received: { "user._id": "value", "user.username": "value" },
    },
    {
      id: "users-create",
      name: "users.create",
      match: "POST /api/v1/users.create",
      source: "lib/vendors/rocketchat/server/api.ts#createUser",
      docs: docs.rest,
      promise: "identity-from-the-session",
      sent: { ...service, username: "value", password: "password" },
      received: { "user._id": "value" },
    },
    {
      id: "users-update",
      name: "users.update",
      match: "POST /api/v1/users.update",
      source: "lib/vendors/rocketchat/server/api.ts#updateUser",
      docs: docs.rest,
      promise: "identity-from-the-session",
      // `data` may hold a password.
      sent: { ...service, userId: "value", data: "password" },
    },
    {
      id: "create-token",
      name: "users.createToken",
      match: "POST /api/v1/users.createToken",
      source: "lib/vendors/rocketchat/server/api.ts#createToken",
      docs: docs.createToken,
      promise: "chat-renewals",
      sent: { ...service, userId: "value", secret: "password" },
      received: { "data.userId": "value", "data.authToken": loginToken },
      opensSession: true,
    },
    {
      id: "login",
      name: "login",
      match: "POST /api/v1/login",
      source: "lib/vendors/rocketchat/server/api.ts#loginWithPassword",
      docs: docs.authentication,
      promise: "chat-renewals",
      sent: { username: "value", password: "password" },
      received: { "data.userId": "value", "data.authToken": loginToken },
      opensSession: true,
    },
    {
      id: "me",
      name: "me: whose token",
      match: "GET /api/v1/me",
      source: "lib/vendors/rocketchat/server/api.ts#me",
      docs: docs.authentication,
      promise: "chat-live-token",
      sent: caller,
      received: { _id: "value" },
      onSession: true,
    },
    {
      id: "logout",
      name: "logout",
      match: "POST /api/v1/logout",
      source: "lib/vendors/rocketchat/server/api.ts#logout",
      docs: docs.authentication,
      promise: "sign-out-ends-everything",
      sent: caller,
      onSession: true,
    },
    {
      id: "settings-public",
      name: "settings.public",
      match: "GET /api/v1/settings.public",
      source: "lib/vendors/rocketchat/server/api.ts#publicSettings",
      docs: docs.rest,
    },
    {
      id: "subscriptions",
      name: "subscriptions.get",
      match: "GET /api/v1/subscriptions.get",
      source: "lib/vendors/rocketchat/server/api.ts#subscriptions",
      docs: { title: "Subscriptions", url: `${api}/subscriptions-api` },
      promise: "chat-proof-of-identity",
      sent: caller,
      onSession: true,
    },
  ],
  steps: [
    {
      id: "client-loaded",
      name: "Client started",
      from: "frame",
      to: "browser",
      source: "lib/vendors/rocketchat/browser/state.ts#startup",
      docs: docs.integration,
      promise: "chat-own-frame",
      begins: ["load"],
      ends: ["told startup"],
    },
    {
      id: "login-with-token",
      name: "login-with-token",
      from: "browser",
      to: "frame",
      source: "lib/vendors/rocketchat/browser/state.ts#send",
      docs: docs.integration,
      promise: "chat-own-frame",
      begins: ["post login-with-token"],
      ends: ["told logged-in", "told subscription"],
      optional: true,
    },
    {
      id: "proof",
      name: "Proof of identity",
      from: "browser",
      to: "portal",
      source: "lib/vendors/rocketchat/server/proof.ts#proveSubscriptions",
      docs: docs.usersInfo,
      promise: "chat-proof-of-identity",
      request: "POST /api/rocketchat/proof",
      begins: ["prove"],
      ends: ["proof"],
    },
    {
      id: "chat-shown",
      name: "Chat shown",
      from: "frame",
      to: "browser",
      source: "lib/vendors/rocketchat/browser/state.ts#showIfProved",
      docs: docs.integration,
      promise: "chat-proof-of-identity",
      ends: ["show"],
    },
  ],
};
