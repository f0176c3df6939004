// @ts-check
/** The buttons of the administrator's page: copy the key, open and close the confirmation. */

/** @param {string} attribute @param {(target: HTMLElement, button: HTMLElement) => void} action */
function on(attribute, action) {
  for (const button of document.querySelectorAll(`[${attribute}]`))
    button.addEventListener("click", () => {
      const target = document.getElementById(button.getAttribute(attribute) ?? "");
      if (target) action(target, /** @type {HTMLElement} */ (button));
    });
}

on("data-open", (target) => /** @type {HTMLDialogElement} */ (target).showModal());
on("data-close", (target) => /** @type {HTMLDialogElement} */ (target).close());
on("data-copy", async (target, button) => {
  await navigator.clipboard.writeText(target.textContent ?? "");
  button.textContent = "Copied";
});
