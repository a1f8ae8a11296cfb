// data-key="F8" on a button or link presses it. Bare letters rest while someone is typing.
// A guarded verb (data-guarded names it) that has just appeared ignores the first 600 ms, so a double press never does two things.
{
  const born = new Map();
  const seen = () => {
    const here = new Set([...document.querySelectorAll("[data-guarded]")].map((verb) => verb.dataset.guarded));
    for (const name of born.keys()) if (!here.has(name)) born.delete(name);
    for (const name of here) if (!born.has(name)) born.set(name, performance.now());
  };
  const typing = (el) => el.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  seen();
  addEventListener("htmx:afterSettle", seen);
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    if (event.key.length === 1 && typing(event.target)) return;
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}" i]`);
    if (!target || target.disabled) return;
    event.preventDefault();
    target.matches("input, textarea") && target.type !== "radio" ? target.focus() : target.click();
  });
  addEventListener("click", (event) => {
    const verb = event.target.closest("[data-guarded]");
    if (verb && performance.now() - (born.get(verb.dataset.guarded) ?? 0) < 600) { event.preventDefault(); event.stopPropagation(); }
  }, true);
}
