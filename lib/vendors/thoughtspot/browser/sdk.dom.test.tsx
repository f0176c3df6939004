import * as sdk from "@thoughtspot/visual-embed-sdk";
import { message } from "../protocol";

test("the messages are the SDK's own", () => {
  expect(message).toEqual({
    load: sdk.EmbedEvent.Load,
    appInit: "appInit",
    authInit: sdk.EmbedEvent.AuthInit,
    ready: sdk.EmbedEvent.EmbedListenerReady,
    rendered: sdk.EmbedEvent.LiveboardRendered,
    error: sdk.EmbedEvent.Error,
    authExpired: sdk.EmbedEvent.AuthExpire,
    authLogout: sdk.EmbedEvent.AuthLogout,
    authFailure: sdk.EmbedEvent.AuthFailure,
    noCookies: sdk.EmbedEvent.NoCookieAccess,
    filterChanged: sdk.EmbedEvent.FilterChanged,
    routeChange: sdk.EmbedEvent.RouteChange,
  });
});
