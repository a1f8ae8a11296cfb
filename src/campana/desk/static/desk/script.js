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

// A page that is loaded again may be drawn before what its predecessor sent at its end is written: it gets that from here.
const entries = () => [note(), ...(fields()?.querySelectorAll("[name]:not([type=hidden])") ?? [])].filter(Boolean);
const ticked = (field) => field.matches("[type=radio], [type=checkbox]");
const hold = () => {
  if (!note() || !(typed.note || typed.answers)) return;
  const values = entries().map((field) => (ticked(field) ? field.checked : field.value));
  sessionStorage.setItem("desk-typed", JSON.stringify({ ...typed, of: note().dataset.note, values }));
};
const held = JSON.parse(sessionStorage.getItem("desk-typed"));
sessionStorage.removeItem("desk-typed");
if (held && held.of === note()?.dataset.note && held.values.length === entries().length) {
  for (const [n, field] of entries().entries()) field[ticked(field) ? "checked" : "value"] = held.values[n];
  addEventListener("load", () => {  // when there is somebody to send it
    for (const field of [held.note && note(), held.answers && fields()]) if (field) field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

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
addEventListener("pagehide", () => { hold(); flush(); });
document.addEventListener("visibilitychange", () => { if (document.hidden) flush(); });
