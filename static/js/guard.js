// A form in which something was typed asks before the page is left.
(() => {
  const touched = () => document.querySelector("form[data-guard][data-touched]");
  document.addEventListener("input", (event) => { event.target.closest("form[data-guard]")?.setAttribute("data-touched", ""); });
  document.addEventListener("submit", (event) => { event.target.removeAttribute("data-touched"); });
  window.addEventListener("beforeunload", (event) => { if (touched()) event.preventDefault(); });
})();
