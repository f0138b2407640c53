// Loads the page again when what it shows has changed. Without it the page still works.
"use strict";
(() => {
  const box = document.querySelector("[data-version]");
  const shown = box.dataset.version;
  const look = async () => {
    if (document.visibilityState === "visible") {
      try {
        const answer = await fetch(box.dataset.address, { headers: { "If-None-Match": `"${shown}"` }, redirect: "error" });
        if (answer.status === 200 && (await answer.text()) !== shown) {
          location.reload();
          return;
        }
      } catch {
        // no network for a moment: the next look will tell
      }
    }
    setTimeout(look, 3000);
  };
  setTimeout(look, 3000);
})();
