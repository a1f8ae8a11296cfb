// data-key="F8" on a button or link presses it; the first that can be seen, inside the dialog while one is open.
// Bare letters rest while someone is typing.
// A guarded verb (data-guarded names it) that has just appeared ignores the first 600 ms, so a double press never does two
// things; what the page came with is not new.
{
  const born = new Map();
  const seen = (event) => {
    const here = new Set([...document.querySelectorAll("[data-guarded]")].map((verb) => verb.dataset.guarded));
    for (const name of born.keys()) if (!here.has(name)) born.delete(name);
    for (const name of here) if (!born.has(name)) born.set(name, event ? performance.now() : -1e9);
  };
  const typing = (el) => el.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  seen();
  addEventListener("htmx:afterSwap", seen);
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    if (event.key.length === 1 && typing(event.target)) return;
    const room = document.querySelector("dialog:modal") || document;
    const target = [...room.querySelectorAll(`[data-key="${CSS.escape(event.key)}" i]`)].find((el) => el.checkVisibility());
    if (!target || target.disabled || target.getAttribute("aria-disabled") === "true") return;
    event.preventDefault();
    target.matches("input, textarea") && target.type !== "radio" ? target.focus() : target.click();
  });
  addEventListener("click", (event) => {
    const verb = event.target.closest("[data-guarded]");
    if (verb && performance.now() - (born.get(verb.dataset.guarded) ?? 0) < 600) { event.preventDefault(); event.stopPropagation(); }
  }, true);
}
