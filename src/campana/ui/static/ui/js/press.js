// A press counts, and counts once. A plain form leaves once: a second Enter or click right behind the first would make
// two of what is being made. And what is drawn anew between press and release is never clicked: while something in a
// region is pressed, what the region fetched by itself is dropped. A poll comes again; live.js asks again.
{
  const AGAIN = 2000; // milliseconds after which the same form may leave again, for instance one that brings a file
  const left = new WeakMap();
  let pressed = null;
  addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (event.timeStamp - (left.get(form) ?? -AGAIN) < AGAIN) event.preventDefault();
    else left.set(form, event.timeStamp);
  });
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, (event) => { pressed = event.target; });
  for (const kind of ["pointerup", "pointercancel", "contextmenu", "keyup", "blur"]) addEventListener(kind, () => setTimeout(() => { pressed = null; }));
  addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { triggeringEvent, elt } = detail.requestConfig;
    const byItself = triggeringEvent ? triggeringEvent.type === "live" : elt.matches("[hx-trigger*=every]");
    if (!byItself || !detail.target.contains(pressed)) return;
    detail.shouldSwap = false;
    detail.dropped = true;
  });
}
