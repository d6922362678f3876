// Lists by keyboard: j and k move, Enter opens, x ticks, / finds. And what is ticked is counted.
(() => {
  const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("table[data-list] tbody tr")];
  let current = null;

  const show = (row) => {
    current?.classList.remove("is-at");
    current = row;
    row.classList.add("is-at");
    row.querySelector("a")?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const count = () => {
    const ticked = document.querySelectorAll("table[data-list] tbody .pick:checked");
    const all = document.querySelector("#bulk [name=all]");
    for (const row of rows()) row.classList.toggle("is-picked", Boolean(row.querySelector(".pick:checked")));
    for (const label of document.querySelectorAll("[data-picked]")) {
      label.textContent = all?.checked ? "All that match" : `${ticked.length} selected`;
    }
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open], .menu:popover-open")) return;
    const all = rows();
    const at = all.indexOf(current);
    if (event.key === "/") {
      const find = document.getElementById("find");
      if (find) { event.preventDefault(); find.focus(); find.select(); }
    } else if (event.key === "?") {
      window.location.assign("/keyboard/");
    } else if (!all.length) {
      return;
    } else if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      const next = event.key === "j" ? at + 1 : Math.max(at, 1) - 1;
      show(all[Math.min(next, all.length - 1)]);
    } else if (event.key === "Enter" && at >= 0 && !event.target.closest("a, button")) {
      window.location.assign(all[at].dataset.href);
    } else if (event.key === "x" && at >= 0) {
      const pick = all[at].querySelector(".pick");
      if (pick) { pick.checked = !pick.checked; count(); }
    } else if (event.key === "Escape") {
      clear();
    }
  });
  // The view that the address amounts to is the current one.
  const plain = (search) => [...new URLSearchParams(search)].filter(([name, value]) => value && name !== "page").map((pair) => pair.join("=")).sort().join("&");
  const markView = () => {
    for (const view of document.querySelectorAll("[data-view]")) {
      if (plain(new URL(view.href).search) === plain(window.location.search)) view.setAttribute("aria-current", "page");
      else view.removeAttribute("aria-current");
    }
  };
  const clear = () => {
    for (const pick of document.querySelectorAll("table[data-list] .pick:checked, #bulk [name=all]")) pick.checked = false;
    count();
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick-all]")) {
      for (const pick of document.querySelectorAll("table[data-list] tbody .pick")) pick.checked = event.target.checked;
    }
    if (event.target.matches(".pick, #bulk [name=all]")) count();
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-clear]")) { event.preventDefault(); clear(); } });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "rows" && event.target.id !== "rows") return;
    current = null;
    count();
    markView();
    const pager = document.querySelector("#rows .pager > span");
    const said = document.getElementById("said");
    if (pager && said) said.textContent = pager.textContent;
  });
  // A ticked box survives "back"; its row and the bar must show it.
  window.addEventListener("pageshow", count);
})();
