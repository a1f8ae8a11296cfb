// Another language without a reload: the words of the page are fetched and laid in place; calls, sockets and what is
// typed stay as they are.
const WORDED = ["#desk-bar", "#desk-config", "#console", "#work", "#desk-foot", "#taken", "#keypad", "#dialpad"];

const typed = () => [...document.querySelectorAll("#work :is(input, textarea, select)[name]")].map((field) => ({
  name: field.name, choice: field.matches("[type=radio], [type=checkbox]"), value: field.value, checked: field.checked,
}));
const restore = (kept) => {
  for (const { name, choice, value, checked } of kept) {
    const same = [...document.getElementsByName(name)];
    if (choice) for (const field of same) { if (field.value === value) field.checked = checked; }
    else for (const field of same) if (field.type !== "hidden") field.value = value;
  }
};

addEventListener("submit", async (event) => {
  const form = event.target.closest("form.langs");
  if (!form) return;
  event.preventDefault();
  const body = new FormData(form, event.submitter);
  await fetch(form.action, { method: "POST", body, redirect: "manual" });
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  const kept = typed();
  document.documentElement.lang = page.documentElement.lang;
  document.title = page.title;
  for (const place of WORDED) {
    const old = document.querySelector(place), now = page.querySelector(place);
    if (!old || !now || old.open) continue;
    old.replaceWith(document.adoptNode(now));
    htmx.process(now);
  }
  restore(kept);
  document.querySelector("#tab").value = sessionStorage.getItem("desk-tab");
  dispatchEvent(new CustomEvent("htmx:afterSwap", { detail: {} }));
  dispatchEvent(new CustomEvent("htmx:afterSettle", { detail: {} }));
});
