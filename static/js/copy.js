// Copy buttons: data-copy holds the text, or data-copies the id of what holds it.
(() => {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy], [data-copies]");
    if (!button) return;
    const source = button.dataset.copies ? document.getElementById(button.dataset.copies) : null;
    const text = button.dataset.copy ?? (source.value ?? source.textContent);
    const label = button.querySelector("[data-label]") ?? button;
    const before = label.textContent;
    const said = document.getElementById("said");
    try {
      await navigator.clipboard.writeText(text.trim());
      label.textContent = "Copied";
    } catch {
      // Without permission (or over plain HTTP) the text is selected, so that Ctrl-C does it.
      if (source) window.getSelection().selectAllChildren(source);
      label.textContent = "Selected: press Ctrl C";
    }
    if (said) said.textContent = label.textContent;
    setTimeout(() => { label.textContent = before; }, 2500);
  });
})();
