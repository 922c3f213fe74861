// Says in the page when a draft could not be saved, and tries again; nothing is kept in the browser's storage.
(function () {
  "use strict";
  const RETRY = 5000; // milliseconds

  // htmx notes the page's path there as it loads, for a history that is switched off here.
  window.sessionStorage.removeItem("htmx-current-path-for-history");

  function state(area, text) {
    const output = area.querySelector("output");
    if (output) output.textContent = text;
  }

  function failed(event) {
    const area = event.target.closest("[data-draft]");
    if (!area) return;
    state(area, area.dataset.failed);
    if (area.dataset.waiting) return;
    area.dataset.waiting = "1";
    window.setTimeout(function () {
      delete area.dataset.waiting;
      window.htmx.trigger(area, "save-again");
    }, RETRY);
  }

  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:timeout", failed);
  document.addEventListener("htmx:responseError", failed);
})();
