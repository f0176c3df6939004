/** The administrator's page: the toggle with its confirmation, and the key's copy. */

const toggle = document.querySelector<HTMLButtonElement>("[role=switch]");
const dialog = document.querySelector<HTMLDialogElement>("#confirm-disable");
const unsaved = document.querySelector<HTMLElement>("[data-unsaved]");

toggle?.addEventListener("click", () => {
  if (dialog) return dialog.showModal();
  // Off, so far: on shows the key to come, which counts when it is saved.
  const isOn = toggle.getAttribute("aria-checked") !== "true";
  toggle.setAttribute("aria-checked", String(isOn));
  const label = toggle.querySelector("span");
  if (label) label.textContent = isOn ? "On" : "Off";
  if (unsaved) unsaved.hidden = !isOn;
});
dialog?.querySelector("[data-close]")?.addEventListener("click", () => dialog.close());
for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copy]"))
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy ?? "")?.textContent ?? "");
    button.textContent = "Copied";
  });

export {};
