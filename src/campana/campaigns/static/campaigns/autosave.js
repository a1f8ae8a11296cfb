// A step of a draft saves itself a moment after the last change, one request at a time. The entries stay in this
// browser (draft.js) until the server has said "saved", and whoever goes on is let go when they are safe.
for (const form of document.querySelectorAll("form[data-draft]")) {
  const field = (name) => form.elements.namedItem(name), saved = document.querySelector("#saved");
  const place = () => `draft ${location.pathname}`;
  const entries = () => [...new FormData(form)].filter(([name]) => field(name).type !== "hidden");
  const text = () => JSON.stringify(entries());
  const says = (word) => { saved.textContent = saved.dataset[word]; };
  const keep = () => localStorage.setItem(place(), JSON.stringify({ typed: entries(), seen: field("seen").value }));
  const post = (more) => fetch(location.pathname, { method: "POST", body: new FormData(form), headers: { "X-Autosave": "1", "HX-Request": "true" }, ...more });
  let before = text(), timer, running = null, dirty = false, failed = false;
  const swap = (html) => {
    for (const part of new DOMParser().parseFromString(html, "text/html").querySelectorAll("body > [id]")) {
      const old = document.getElementById(part.id);
      if (!old || old.innerHTML === part.innerHTML && old.value === part.value) continue;
      if (old === saved) saved.textContent = part.textContent;
      else if (part.id === "clash" || !old.contains(document.activeElement)) old.replaceWith(part);
      if (part.matches("span.wrong")) for (const control of form.querySelectorAll(`:is(input, textarea)[aria-describedby~="${part.id}"]`)) control.ariaInvalid = part.childElementCount ? "true" : null;
    }
  };
  const send = async () => {
    const sent = text(), here = place();
    dirty = false;
    try {
      const answer = await post();
      failed = dirty = !answer.ok;
      if ([401, 403].includes(answer.status)) return says("signedOut");
      if (failed && answer.status !== 409) throw new Error(answer.status);
      swap(await answer.text());
      if (!failed && sent === text()) localStorage.removeItem(here);
      const address = answer.headers.get("X-Address") ?? location.pathname;
      if (address !== location.pathname) {
        localStorage.removeItem(here);
        history.replaceState(null, "", address);
        field("draft_key")?.remove();
        if (dirty) keep();
      }
    } catch {
      failed = dirty = true;
      says("offline");
      timer = setTimeout(save, 5000);
    }
  };
  const save = async () => {
    clearTimeout(timer);
    await running;
    if (dirty) await (running = send());
    running = null;
    return !failed;
  };
  const changed = () => {
    if (text() === before) return;
    before = text();
    dirty = true;
    keep();
    clearTimeout(timer);
    if (field("name")?.value.trim() !== "") { says("saving"); timer = setTimeout(save, 700); }
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", async (event) => {
    if (!dirty && !running) return;
    event.preventDefault();
    if (await save()) form.requestSubmit(event.submitter);
  });
  addEventListener("click", async (event) => {
    const { mine, theirs } = event.target.dataset, link = event.target.closest("a[href]");
    if (link && (dirty || running) && !event.ctrlKey && !event.metaKey) { event.preventDefault(); await save(); location.href = link.href; }
    if (mine) { field("seen").value = mine; dirty = true; save(); }
    if (theirs !== undefined) { dirty = false; localStorage.removeItem(place()); location.reload(); }
  });
  addEventListener("online", save);
  addEventListener("pagehide", () => dirty && post({ keepalive: true }));
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  if (form.dataset.restored) { before = ""; changed(); says("restored"); }
}
