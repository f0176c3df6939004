/** `auth/ui/embeddedLogin.jsp`: redeems the token the portal sends. It never navigates and never speaks first. */
export const loginScript = `
(function () {
  "use strict";
  var boot = JSON.parse(document.getElementById("boot").textContent);
  var library = createLibrary(boot.path);
  var text = document.getElementById("text");
  var asValue = function (promise) {
    return promise.catch(function (error) { return { valid: false, error: { errMsg: error.message } }; });
  };
  createChild({
    allowed: boot.allowed,
    silent: false,
    functions: {
      isISessionAlive: function () { return library.resume(); },
      loginWithIdentityToken: function (param) { return asValue(library.redeem(param && param.token)); },
      loginWithAuthToken: function (param) { return asValue(library.adopt(param && param.token)); },
      getMaxSessionIdleTime: function () { return boot.idleSeconds; },
      keepISessionAlive: function () { return library.resume(); },
      showErrorMsg: function (param) {
        document.body.dataset.failed = "true";
        text.textContent = (param && param.msg) || "Login failed";
        return { valid: true };
      }
    }
  });
})();
`;
