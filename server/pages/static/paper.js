// One screen a ballot: a digit goes on to the next field, G opens reasons and comment. Without it Tab and Enter do.
"use strict";
const keys = [...document.querySelectorAll("input.key")];
for (const [place, field] of keys.entries()) {
  field.addEventListener("focus", () => field.select());
  field.addEventListener("keydown", (event) => {
    if (event.key === "g" || event.key === "G") {
      event.preventDefault();
      const more = document.getElementById("them");
      more.open = true;
      more.querySelector("textarea").focus();
    } else if ((event.key === "Backspace" || event.key === "ArrowUp") && !field.value && place) {
      event.preventDefault();
      keys[place - 1].focus();
    }
  });
  field.addEventListener("input", () => {
    if (field.value && field.checkValidity() && place + 1 < keys.length) keys[place + 1].focus();
  });
}
const first = keys.find((field) => !field.value);
if (first) first.focus();
// Keys lost between two screens must not store a ballot: with fields left empty the first Enter only says so.
document.getElementById("phieu").addEventListener("submit", (event) => {
  const empty = keys.filter((field) => !field.value);
  const told = document.getElementById("con-trong");
  if (!empty.length || told.textContent) return;
  event.preventDefault();
  told.textContent = told.dataset.words.replace("#", empty.length);
  empty[0].focus();
});
