// The theme changes at once; the form behind it stores the choice.
(() => {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-theme-form]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const theme = event.submitter.value;
    const data = new FormData(form);
    data.set("theme", theme);
    fetch(form.action, { method: "POST", body: data, headers: { "HX-Request": "true" } }).then((answer) => {
      if (!answer.ok) { form.submit(); return; }
      const root = document.documentElement;
      if (theme === "system") delete root.dataset.theme; else root.dataset.theme = theme;
      document.querySelector("meta[name=color-scheme]")?.setAttribute("content", theme === "system" ? "light dark" : theme);
      for (const button of form.querySelectorAll("[aria-pressed]")) button.setAttribute("aria-pressed", String(button === event.submitter));
    });
  });
})();
