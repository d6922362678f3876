// A file field says what was chosen, and takes files that are dropped on it.
(() => {
  const say = (input) => {
    const line = (input.closest(".drop") ?? input.closest(".filepick")?.parentElement)?.querySelector("[data-chosen]");
    if (line) line.textContent = [...input.files].map((file) => `${file.name}, ${Math.max(1, Math.round(file.size / 1024)).toLocaleString("en")} KB`).join("; ");
  };
  document.addEventListener("change", (event) => { if (event.target.matches(".drop input[type=file], .filepick input[type=file]")) say(event.target); });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const drop = event.target instanceof Element && event.target.closest(".drop");
      if (!drop) return;
      event.preventDefault();
      drop.classList.toggle("is-over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) {
        const input = drop.querySelector("input[type=file]");
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }
})();
