// What was typed into a plain form and met the sign-in (or a page that says that the form is older than the session)
// comes back with the form: in the same tab, for the same person, and with the stamps of what was on the screen then.
const fillAgain = (form, typed) => { // tells whether anything that can be seen is different now
  const values = new Map();
  for (const [name, value] of typed) values.set(name, [...(values.get(name) ?? []), value]);
  let different = false;
  for (const control of [...form.elements].filter((one) => one.name && one.matches("select, textarea, input:not([type=hidden], [type=file], [type=password])"))) {
    const wanted = values.get(control.name) ?? [], state = () => `${control.checked} ${control.value}`, was = state();
    if (control.matches("[type=checkbox], [type=radio]")) control.checked = wanted.includes(control.value);
    else control.value = wanted.shift() ?? "";
    if (was !== state()) { different = true; control.dispatchEvent(new Event("change", { bubbles: true })); }
  }
  return different;
};
{
  const place = "typed", { me } = document.body.dataset, here = location.pathname + location.search;
  const forms = () => [...document.querySelectorAll("main form[method=post]:not([data-draft])")];
  addEventListener("submit", (event) => {
    const at = forms().indexOf(event.target);
    if (event.defaultPrevented || !me || at < 0) return;
    const typed = [...new FormData(event.target)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken" && event.target.elements.namedItem(name)?.type !== "password");
    try { sessionStorage.setItem(place, JSON.stringify({ at, me, here, typed })); } catch { sessionStorage.removeItem(place); }
  });
  const held = JSON.parse(sessionStorage.getItem(place) || "null");
  if (held && document.body.matches(".door, [data-refused]")) sessionStorage.setItem(place, JSON.stringify({ ...held, refused: true }));
  else sessionStorage.removeItem(place);
  const way = held && document.querySelector("[data-refused] main a.btn");
  if (way) { way.href = held.here; way.textContent = document.body.dataset.refused; }
  const form = held?.refused && held.me === me && held.here === here && forms()[held.at];
  if (form && fillAgain(form, held.typed)) {
    for (const hidden of form.querySelectorAll("[type=hidden]:not([name=csrfmiddlewaretoken])")) hidden.value = held.typed.find(([name]) => name === hidden.name)?.[1] ?? hidden.value;
    document.querySelector("#says").append(document.querySelector("#typed").content.cloneNode(true));
  }
}
