// Dialogs: one that fetches a form (#dialog), and those that a page holds (data-opens="id").
(() => {
  const plain = document.getElementById("dialog");
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "dialog-body" || !plain) return;
    const heading = plain.querySelector("h1, h2");
    if (heading) plain.setAttribute("aria-label", heading.textContent);
    if (!plain.open) plain.showModal();
    const first = plain.querySelector("[aria-invalid=true], [autofocus], .field, input:not([type=hidden])");
    if (first) first.focus();
  });
  document.addEventListener("click", (event) => {
    const opens = event.target.closest("[data-opens]");
    if (opens) {
      const dialog = document.getElementById(opens.dataset.opens);
      if (dialog) { dialog.showModal(); event.preventDefault(); }
    }
    const closes = event.target.closest("[data-closes]");
    if (closes) closes.closest("dialog")?.close();
  });
  // A click on the ground behind closes, unless something was typed.
  document.addEventListener("mousedown", (event) => {
    const dialog = event.target;
    if (!(dialog instanceof HTMLDialogElement) || !dialog.open || dialog.querySelector("form[data-touched]")) return;
    const box = dialog.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) dialog.close();
  });
  plain?.addEventListener("close", () => { document.getElementById("dialog-body").replaceChildren(); });
})();
