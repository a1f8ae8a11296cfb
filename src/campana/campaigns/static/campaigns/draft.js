// What was typed in a step and never reached the server lies in this browser (autosave.js puts it there) and comes
// back with the page: after a lost connection, a sign-out, a closed lid. And one press of Create makes one campaign.
{
  const form = document.querySelector("form[data-draft]"), place = `draft ${location.pathname}`;
  const held = form && JSON.parse(localStorage.getItem(place) || "null");
  const restored = held && fillAgain(form, held.typed);
  // Against the version that was on the screen then: if somebody saved the step since, both are shown.
  if (restored) { form.dataset.restored = "yes"; form.elements.namedItem("seen").value = held.seen; }
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
