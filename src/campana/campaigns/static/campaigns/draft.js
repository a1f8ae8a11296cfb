// What was typed in a step and never reached the server lies in this browser (autosave.js puts it there) and comes
// back with the page: after a lost connection, a sign-out, a closed lid. And one press of Create makes one campaign.
{
  const form = document.querySelector("form[data-draft]"), place = `draft ${location.pathname}`;
  const held = form && JSON.parse(localStorage.getItem(place) || "null");
  const restore = (typed) => {
    const values = new Map();
    for (const [name, value] of typed) values.set(name, [...(values.get(name) ?? []), value]);
    for (const control of [...form.elements].filter((one) => one.name && one.matches("select, textarea, input:not([type=hidden])"))) {
      const wanted = values.get(control.name) ?? [], state = () => `${control.checked} ${control.value}`, was = state();
      if (control.matches("[type=checkbox], [type=radio]")) control.checked = wanted.includes(control.value);
      else control.value = wanted[0] ?? "";
      if (was !== state()) { form.dataset.restored = "yes"; control.dispatchEvent(new Event("change", { bubbles: true })); }
    }
  };
  if (held) restore(held.typed);
  // Against the version that was on the screen then: if somebody saved the step since, both are shown.
  if (form?.dataset.restored) form.elements.namedItem("seen").value = held.seen;
  else localStorage.removeItem(place);
  for (const once of document.querySelectorAll("form[data-once]")) once.addEventListener("submit", (event) => {
    if (once.dataset.sent) event.preventDefault();
    once.dataset.sent = "yes";
  });
  // A campaign that was created is changed by Save alone; whoever leaves without it is asked.
  const made = document.querySelector("#step-form:not([data-draft])");
  if (made) {
    let unsaved = Boolean(made.querySelector(".notice.is-fault"));
    for (const kind of ["input", "change"]) made.addEventListener(kind, () => { unsaved = true; });
    made.addEventListener("submit", () => { unsaved = false; });
    addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
  }
}
