// Our own server: addresses and words come with the page, in #desk-config, and are read anew each time, because a
// change of the language brings others.
export const given = () => JSON.parse(document.querySelector("#desk-config").textContent);
export const words = () => given().words;

const answer = async (name, init) => {
  const response = await fetch(given().addresses[name], { redirect: "manual", ...init });
  if (!response.ok) throw Object.assign(new Error(name), { status: response.status });
  return response.json();
};
export const look = (name) => answer(name);

export const fieldsOf = (fields) => {
  const form = new FormData();
  form.set("csrfmiddlewaretoken", document.body.dataset.csrf);
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) form.set(key, value);
  return form;
};
export const ask = (name, fields = {}) => answer(name, { method: "POST", body: fieldsOf(fields) });

// For the last words of a page that is about to go.
export const leave = (name, fields = {}) => navigator.sendBeacon(given().addresses[name], fieldsOf(fields));

// For the last words of a field that is about to go, maybe with its page.
export const send = (address, form) => {
  form.set("csrfmiddlewaretoken", document.body.dataset.csrf);
  fetch(address, { method: "POST", body: form, keepalive: true, redirect: "manual" }).catch(() => {});
};
