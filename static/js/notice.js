// When a part of a page cannot be fetched, it says so where one looks; what was typed stays.
(() => {
  const say = (text) => {
    const place = document.querySelector("dialog[open] .dialog-body") ?? document.getElementById("messages");
    if (!place) return;
    place.querySelector("[data-notice]")?.remove();
    const notice = document.createElement("div");
    notice.className = "message message--stop";
    notice.setAttribute("role", "alert");
    notice.setAttribute("data-notice", "");
    const line = document.createElement("p");
    line.textContent = text;
    notice.append(line);
    place.prepend(notice);
    notice.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("htmx:sendError", () => say("Plumbline cannot be reached. Nothing was lost; try again when you are back online."));
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status >= 500) say("Something broke on our side. It is written to the log, and nothing was changed. Try again.");
  });
  document.addEventListener("htmx:afterOnLoad", (event) => {
    if (event.detail.xhr.status < 400) document.querySelector("[data-notice]")?.remove();
  });
})();
