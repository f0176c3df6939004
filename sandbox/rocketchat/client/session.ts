/**
 * Who is logged in: the keys in storage, the login calls, and what follows when a login is lost.
 */
export const sessionScript = /* js */ `
// Keys and place of storage are the vendor's. A browser that refuses storage makes this throw, as the client then does.
function openStorage() {
  if (switches.storageBlocked) throw new DOMException("The browser refuses storage", "SecurityError");
  return settings.Accounts_ForgetUserSessionOnWindowClose === true ? window.sessionStorage : window.localStorage;
}

const keys = { token: "Meteor.loginToken", user: "Meteor.userId", expires: "Meteor.loginTokenExpires" };

const session = (() => {
  let storage = null;
  let user = null;
  // The login of the connection. Who that is is known a moment later: until then the user is the one before.
  let token = null;
  let userId = null;
  let changed = () => {};
  // Logins and logouts run one after the other, as Meteor's wait methods do.
  let queue = Promise.resolve();
  const inTurn = (act) => {
    const turn = queue.then(act);
    queue = turn.catch(() => {});
    return turn;
  };

  function setCookies() {
    const secure = location.protocol === "https:" ? "; secure" : "";
    const write = (name, value) => {
      document.cookie = name + "=" + encodeURIComponent(value || "") + "; path=/; SameSite=Lax" + secure + (value ? "" : "; max-age=0");
    };
    write("rc_uid", user && user._id);
    write("rc_token", token);
  }

  function drop() {
    for (const key of Object.values(keys)) storage.removeItem(key);
    token = null;
    userId = null;
    const had = user;
    user = null;
    setCookies();
    if (had) changed(null, had);
  }

  async function attempt(options) {
    const result = await transport.call("login", options);
    token = result.token;
    userId = result.id;
    storage.setItem(keys.token, result.token);
    storage.setItem(keys.user, result.id);
    storage.setItem(keys.expires, new Date(result.tokenExpires).toString());
    const before = user;
    user = await transport.call("sandbox/me");
    setCookies();
    const same = before && before._id === user._id;
    if (before && !same) changed(null, before);
    changed(user, same ? user : before);
    return user;
  }

  // A login outlives the connection: it waits for the next one and is sent again, as Meteor's methods are. Every logout
  // ends the connection, so that the login which follows it would fail without this.
  async function login(options) {
    for (;;) {
      await transport.ready();
      try {
        return await attempt(options);
      } catch (error) {
        if (error.error !== "network" || !transport.isLive()) throw error;
      }
    }
  }

  return {
    start() {
      storage = openStorage();
      storage.getItem(keys.token);
    },
    user: () => user,
    // When the logins and logouts that were asked for so far are over.
    settled: () => queue,
    credentials: () => (token ? { token, userId } : null),
    hasStored: () => storage.getItem(keys.token) !== null,
    onChange: (listener) => {
      changed = listener;
    },
    loginWith: (options) => inTurn(() => login(options)),
    // Uses the stored token; drops it when the server refuses it, keeps it when the server does not answer.
    resume: () =>
      inTurn(async () => {
        const stored = storage.getItem(keys.token);
        if (!stored) {
          if (user) drop();
          return null;
        }
        try {
          return await login({ resume: stored });
        } catch (error) {
          if (error.error !== "network") drop();
          return null;
        }
      }),
    logout: () =>
      inTurn(async () => {
        if (!user) return;
        await transport.call("logout").catch(() => {});
        if (settings.Custom_Script_On_Logout) fire("Custom_Script_On_Logout", settings.Custom_Script_On_Logout);
        drop();
        fire("Custom_Script_Logged_Out", settings.Custom_Script_Logged_Out);
      }),
    async setStatus(status) {
      if (!user || !["online", "away", "busy", "offline"].includes(status)) return;
      await transport.call("setUserStatus", status);
      this.statusChanged(status);
    },
    // Here, on another device, or by an administrator.
    statusChanged(status) {
      if (!user || user.status === status) return;
      user = { ...user, status };
      changed(user, user);
      fire("status-changed", status);
    },
    clear: drop,
  };
})();
`;
