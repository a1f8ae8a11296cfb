// data-key="F8" on a button or link presses it. Bare letters rest while someone is typing.
// A guarded verb that has just appeared ignores the first 600 ms, so a double press never does two things.
{
  const born = new WeakMap();
  const seen = () => { for (const verb of document.querySelectorAll("[data-guarded]")) if (!born.has(verb)) born.set(verb, performance.now()); };
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
    if (verb && performance.now() - (born.get(verb) ?? 0) < 600) { event.preventDefault(); event.stopPropagation(); }
  }, true);
}
