// The script's questions. The server judges the answers; this page follows: elements come and go, what is wrong is told
// at its field. And nothing typed is lost: what was not sent yet when another contact comes or the page goes, is sent.
import { fieldsOf, send } from "./server.js";

const fields = () => document.querySelector("#script");
const note = () => document.querySelector("#note");
const typed = { note: false, answers: false };

addEventListener("script-judged", ({ detail: { shown, wrong, focus } }) => {
  const script = fields();
  if (!script) return;
  for (const place of script.querySelectorAll("[data-place]")) place.hidden = !shown.includes(Number(place.dataset.place));
  for (const word of script.querySelectorAll("[data-wrong]")) {
    const text = wrong[word.dataset.wrong] || "";
    if (word.textContent !== text) word.textContent = text;
    for (const field of document.getElementsByName(`a-${word.dataset.wrong}`)) if (field.type !== "radio") field.setAttribute("aria-invalid", String(Boolean(text)));
  }
  if (focus) document.getElementsByName(`a-${focus}`)[0]?.focus();
});

addEventListener("input", ({ target }) => {
  if (target === note()) typed.note = true;
  if (fields()?.contains(target)) typed.answers = true;
});
addEventListener("htmx:beforeRequest", ({ target }) => {
  if (target === note()) typed.note = false;
  if (target === fields()) typed.answers = false;
});
const failed = ({ target }) => {
  if (target === note()) typed.note = true;
  if (target === fields()) typed.answers = true;
};
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) addEventListener(name, failed);

const flush = () => {
  if (typed.note && note()) send(note().dataset.note, fieldsOf({ note: note().value }));
  if (typed.answers && fields()) {
    const form = new FormData();
    for (const field of fields().querySelectorAll("[name]"))
      if (!field.matches("[type=radio], [type=checkbox]") || field.checked) form.append(field.name, field.value);
    send(fields().dataset.answers, form);
  }
  typed.note = typed.answers = false;
};
addEventListener("htmx:oobBeforeSwap", ({ target }) => { if (target.id === "work") flush(); });
addEventListener("pagehide", flush);
document.addEventListener("visibilitychange", () => { if (document.hidden) flush(); });
