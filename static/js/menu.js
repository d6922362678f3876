// Menus are native popovers; this only puts an opened one under its button and moves with the arrow keys.
(() => {
  const place = (menu, opener) => {
    const at = opener.getBoundingClientRect();
    const size = menu.getBoundingClientRect();
    const below = at.bottom + 4 + size.height <= window.innerHeight || at.top < size.height;
    const top = below ? at.bottom + 4 : at.top - size.height - 4;
    const left = Math.max(8, Math.min(at.left, window.innerWidth - size.width - 8));
    menu.style.top = `${Math.max(8, top)}px`;
    menu.style.left = `${left}px`;
  };

  let opener = null;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[popovertarget]");
    if (button) opener = button;
  }, true);
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLElement) || !menu.matches(".menu[popover]")) return;
    const button = opener && opener.getAttribute("popovertarget") === menu.id && opener.isConnected
      ? opener : document.querySelector(`[popovertarget="${menu.id}"]`);
    if (button) button.setAttribute("aria-expanded", String(event.newState === "open"));
    if (event.newState !== "open" || !button) return;
    place(menu, button);
    const first = menu.querySelector("input:not([type=hidden]):not(:disabled), a, button");
    if (first) first.focus({ preventScroll: true });
  }, true);
  // A menu whose content was fetched may have grown.
  document.addEventListener("htmx:afterSettle", () => {
    for (const menu of document.querySelectorAll(".menu:popover-open")) {
      const button = opener && opener.isConnected ? opener : document.querySelector(`[popovertarget="${menu.id}"]`);
      if (button) place(menu, button);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const menu = event.target instanceof Element && event.target.closest(".menu:popover-open");
    if (!menu || event.target.matches("input[type=date], input[type=number]")) return;
    const stops = [...menu.querySelectorAll("a, button, input:not([type=hidden])")].filter((stop) => stop.offsetParent && !stop.disabled);
    const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    if (stops.length) stops[(next + stops.length) % stops.length].focus();
    event.preventDefault();
  });
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-narrow]")) return;
    const words = event.target.value.toLowerCase();
    for (const line of event.target.parentElement.querySelectorAll(".check-line")) {
      line.hidden = !line.textContent.toLowerCase().includes(words);
    }
    event.stopPropagation();
  }, true);
  document.addEventListener("change", (event) => { if (event.target.matches("[data-narrow]")) event.stopPropagation(); }, true);
  for (const menu of document.querySelectorAll("[data-open][popover]")) menu.showPopover();
})();
