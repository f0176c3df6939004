/** The buttons of the administrator's page: copy the key, open and close the confirmation. */

function on(attribute: string, action: (target: HTMLElement, button: HTMLElement) => void): void {
  for (const button of document.querySelectorAll<HTMLElement>(`[${attribute}]`))
    button.addEventListener("click", () => {
      const target = document.getElementById(button.getAttribute(attribute) ?? "");
      if (target) action(target, button);
    });
}

const dialog = (target: HTMLElement) => target as HTMLDialogElement;

on("data-open", (target) => dialog(target).showModal());
on("data-close", (target) => dialog(target).close());
on("data-copy", async (target, button) => {
  await navigator.clipboard.writeText(target.textContent ?? "");
  button.textContent = "Copied";
});

export {};
