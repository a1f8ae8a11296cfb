// Native dialogs. data-dialog="ID" opens one, data-close closes it, data-open has it open from the start. A form with data-confirm="what will happen", and
// every hx-confirm, asks in #confirm first; the verb is data-verb or the words of the button. Focus goes back by itself
// (the browser does that), and ? lists the keys of the page as its buttons carry them.
{
  const box = (id) => document.getElementById(id);
  const bare = (el) => { const copy = el.cloneNode(true); copy.querySelectorAll("kbd, svg").forEach((part) => part.remove()); return copy.textContent.trim().replace(/\s+/g, " "); };
  const ask = (question, verb, go) => {
    const dialog = box("confirm");
    if (!dialog) { if (confirm(question)) go(); return; }
    const clean = verb.replace(/…$/, "");
    box("confirm-title").textContent = clean;
    box("confirm-says").textContent = question;
    box("confirm-yes").textContent = clean;
    dialog.returnValue = "";
    dialog.addEventListener("close", () => { if (dialog.returnValue === "yes") go(); }, { once: true });
    dialog.showModal();
  };
  addEventListener("htmx:confirm", (event) => {
    const { question, elt, issueRequest } = event.detail;
    if (!question) return;
    event.preventDefault();
    ask(question, elt.dataset.verb || bare(elt.matches("form") ? elt.querySelector("[type=submit]") : elt), () => issueRequest(true));
  });
  let sure = null;
  addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    const told = submitter?.dataset.confirm || form.dataset.confirm;
    if (!told || sure === form) { sure = null; return; }
    event.preventDefault();
    event.stopPropagation();
    ask(told, submitter?.dataset.verb || form.dataset.verb || bare(submitter || form), () => { sure = form; form.requestSubmit(submitter); });
  }, true);
  const keys = () => {
    const list = box("keys")?.querySelector("[data-keys]");
    if (!list) return;
    const seen = new Set();
    list.replaceChildren();
    for (const el of document.querySelectorAll("[data-key]")) {
      const { key } = el.dataset;
      if (seen.has(key) || key === "?" || el.closest("dialog") || !(el.checkVisibility?.() ?? true)) continue;
      seen.add(key);
      const row = document.createElement("div"), name = document.createElement("dt"), cap = document.createElement("kbd"), word = document.createElement("dd");
      cap.textContent = key.length === 1 ? key.toUpperCase() : key;
      word.textContent = el.getAttribute("aria-label") || el.labels?.[0]?.textContent.trim() || bare(el);
      name.append(cap); row.append(name, word); list.append(row);
    }
    const rows = document.querySelector("[data-rows]");
    box("keys").querySelectorAll("[data-for-rows]").forEach((row) => { row.hidden = !rows; });
  };
  document.querySelector("dialog[data-open]")?.showModal();
  addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]"), closer = event.target.closest("[data-close]");
    if (opener && !opener.matches("[aria-disabled=true]")) { if (opener.dataset.dialog === "keys") keys(); const dialog = box(opener.dataset.dialog); if (dialog && !dialog.open) dialog.showModal(); }
    if (closer) closer.closest("dialog")?.close();
  });
}
