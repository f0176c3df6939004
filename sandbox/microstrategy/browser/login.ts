/** `auth/ui/embeddedLogin.jsp`: redeems the token that the portal sends. It never navigates and never speaks first. */
import { pageData } from "../../kit/browser/page-data";
import type { LoginBoot } from "../pages";
import { createChild } from "./parts/child";
import { Library, tokenIn } from "./parts/library";

const boot = pageData<LoginBoot>("boot");
const library = new Library(boot.path, boot.checksCookie);

createChild({
  allowed: boot.allowed,
  silent: false,
  functions: {
    isISessionAlive: () => library.resume(),
    loginWithIdentityToken: (param) => library.redeem(tokenIn(param)),
    loginWithAuthToken: (param) => library.adopt(tokenIn(param)),
    getMaxSessionIdleTime: () => boot.idleSeconds,
    keepISessionAlive: () => library.resume(),
    showErrorMsg(param) {
      document.body.dataset.failed = "true";
      const text = document.getElementById("text");
      const { msg } = (param ?? {}) as { msg?: string };
      if (text) text.textContent = msg ?? "Login failed";
      return { valid: true };
    },
  },
});
