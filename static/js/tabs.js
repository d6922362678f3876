// A strip of tabs that does not fit is scrolled to the one that is open.
(() => {
  const show = () => {
    for (const strip of document.querySelectorAll(".tabs, .views")) {
      const open = strip.querySelector('[aria-current="page"]');
      if (open && strip.scrollWidth > strip.clientWidth) {
        strip.scrollLeft = open.offsetLeft - strip.offsetLeft - (strip.clientWidth - open.offsetWidth) / 2;
      }
    }
  };
  show();
  document.addEventListener("htmx:afterSettle", show);
})();
