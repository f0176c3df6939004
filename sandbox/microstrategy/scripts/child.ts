/**
 * The frame's side of the message protocol: what the Library's pages answer to the Embedding SDK. Shared by the login
 * page and the application pages. Plain script text.
 */
export const childScript = `
/**
 * Answers the SDK in the parent window.
 *
 * options.allowed    origins that may embed this page, "*" for any
 * options.silent     true for a login form: it must not answer the handshake
 * options.functions  name -> function(param): the value to reply, or a promise of it
 * options.onReady    called after each handshake
 */
function createChild(options) {
  "use strict";
  var parentOrigin = null;
  var did = null;
  var early = [];
  function post(message) { window.parent.postMessage(message, parentOrigin); }
  function refuse(text) { return { valid: false, error: { errMsg: text } }; }

  function answer(message) {
    var known = Object.prototype.hasOwnProperty.call(options.functions, message.func);
    Promise.resolve()
      .then(function () {
        return known ? options.functions[message.func](message.param) : refuse("This page has no function " + message.func);
      })
      .catch(function (error) { return refuse(String((error && error.message) || error)); })
      .then(function (value) { post({ mt: "funccall", mid: message.mid, did: message.did, value: value }); });
  }

  window.addEventListener("message", function (event) {
    var message = event.data;
    if (window.parent === window || event.source !== window.parent) return;
    if (options.allowed.indexOf("*") < 0 && options.allowed.indexOf(event.origin) < 0) return;
    if (!message || typeof message !== "object" || typeof message.did !== "string") return;
    if (message.mt === "handshake") {
      if (options.silent) return;
      parentOrigin = event.origin;
      did = message.did;
      post({ mt: "handshake", mid: message.mid, did: did });
      early.splice(0).forEach(function (one) { child.raise(one.name, one.value); });
      if (options.onReady) options.onReady();
      return;
    }
    if (message.mt !== "funccall" || message.did !== did || event.origin !== parentOrigin) return;
    if (typeof message.func === "string") answer(message);
  });

  var child = {
    refuse: refuse,
    /** Raises an event in the portal; before the handshake it is kept. */
    raise: function (name, value) {
      if (did === null) { early.push({ name: name, value: value }); return; }
      var message = { mt: "raiseevent", did: did, name: name };
      if (value !== undefined) message.value = value;
      post(message);
    }
  };
  return child;
}

/** Calls the Library's own REST API with the frame's cookies. */
function createLibrary(path) {
  "use strict";
  var library = {
    token: null,
    call: function (method, address, body, headers) {
      var all = Object.assign({ "X-Requested-With": "XMLHttpRequest" }, headers);
      if (library.token) all["X-MSTR-AuthToken"] = library.token;
      if (body !== undefined) all["content-type"] = "application/json";
      return fetch(path + address, {
        method: method, headers: all, credentials: "same-origin", cache: "no-store",
        body: body === undefined ? undefined : JSON.stringify(body)
      });
    },
    /** Whether the cookies lead to a live session; learns its token. */
    resume: function () {
      library.token = null;
      return library.call("GET", "/api/auth/token").then(function (response) {
        if (response.status !== 204) return false;
        library.token = response.headers.get("X-MSTR-AuthToken");
        return library.call("GET", "/api/sessions").then(function (answer) { return answer.ok; });
      }).catch(function () { return false; });
    },
    redeem: function (identityToken) {
      if (!identityToken) return Promise.reject(new Error("No identity token was given"));
      return library.call("POST", "/api/auth/delegate", { loginMode: -1, identityToken: identityToken })
        .then(function (response) {
          if (response.status === 204) return undefined;
          return response.json().catch(function () { return {}; }).then(function (error) {
            throw new Error("Login failed: the identity token was not accepted (" + (error.code || response.status) + ")");
          });
        })
        .then(library.kept);
    },
    /** The login worked only if the browser keeps the cookie: with third-party cookies blocked it does not. */
    kept: function () {
      return library.resume().then(function (alive) {
        if (!alive) throw new Error("Login failed: the browser did not keep the session cookie of the Library");
        return library.loggedIn();
      });
    },
    loggedIn: function () {
      try { sessionStorage.setItem("portico.login", String(Date.now())); } catch (blocked) { /* Storage may be refused. */ }
      return { valid: true };
    },
    adopt: function (authToken) {
      library.token = authToken;
      return library.call("GET", "/api/sessions").then(function (response) {
        if (response.ok) return library.loggedIn();
        library.token = null;
        throw new Error("Login failed: the authorization token was not accepted");
      });
    }
  };
  return library;
}
`;
