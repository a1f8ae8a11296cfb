// Rows of a list. Ticked rows turn the filter bar into the action bar in the same place, so the table does not move.
// Space ticks the row under the focus, Shift takes the rows between, arrows go from row to row, Esc lets go of all.
// A question of an act that stays hidden is no obstacle: its fields count only while its dialog is open.
// Where a stretch of the list held nothing that was looked for, the next one is looked through by itself, unless somebody
// types something else by now.
{
  const onward = document.querySelector("a[data-onward]");
  if (onward) setTimeout(() => { if (!document.activeElement?.matches("input, select, textarea")) location.replace(onward.href); }, 300);
  const table = document.querySelector("table[data-ticks]"), rows = document.querySelector("[data-rows]");
  const boxes = () => [...document.querySelectorAll("[data-ticks] tbody .check input")];
  let last = null, back = null;
  const tell = () => {
    const all = table.querySelector("[data-all]"), bar = document.querySelector("[data-bulk]"), every = boxes();
    const n = every.filter((box) => box.checked).length;
    every.forEach((box) => box.closest("tr").setAttribute("aria-selected", box.checked));
    all.checked = n > 0 && n === every.length; all.indeterminate = n > 0 && n < every.length;
    if (!bar) return;
    const held = !n && bar.contains(document.activeElement);
    document.querySelectorAll("[data-filter]").forEach((part) => { part.hidden = n > 0; });
    bar.hidden = !n;
    document.querySelectorAll("[data-count]").forEach((count) => { if (!count.closest("[data-picker]")) count.textContent = n.toLocaleString(document.documentElement.lang); });
    if (held) (back?.isConnected ? back : all).focus();
  };
  const clear = () => { boxes().forEach((box) => { box.checked = false; }); tell(); };
  const asks = () => document.querySelectorAll("dialog[id^=act-]").forEach((dialog) => dialog.querySelectorAll("input, select, textarea").forEach((field) => { field.disabled = !dialog.open; }));
  if (table) {
    table.addEventListener("click", (event) => {
      const box = event.target.closest("tbody .check input");
      if (!box) return;
      if (event.shiftKey && last && last !== box) {
        const every = boxes(), [a, b] = [every.indexOf(last), every.indexOf(box)].sort((x, y) => x - y);
        every.slice(a, b + 1).forEach((other) => { other.checked = box.checked; });
      }
      last = back = box;
      tell();
    });
    table.addEventListener("change", (event) => { if (event.target.matches("[data-all]")) { boxes().forEach((box) => { box.checked = event.target.checked; }); back = event.target; tell(); } });
    addEventListener("click", (event) => { if (event.target.closest("[data-clear]")) clear(); });
    document.querySelectorAll("dialog[id^=act-]").forEach((dialog) => { new MutationObserver(asks).observe(dialog, { attributeFilter: ["open"] }); });
    addEventListener("submit", (event) => { if (event.target.id === "rows") setTimeout(() => document.querySelector("dialog[id^=act-]:modal")?.close()); });
    asks(); tell();
  }
  if (rows) addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog:modal")) return;
    if (event.key === "Escape" && table && boxes().some((box) => box.checked) && !event.target.closest("details[open]")) { clear(); return; }
    const row = event.target.closest("[data-rows] > tr");
    if (!row || event.target.closest("select, textarea, input:not([type=checkbox])")) return;
    if (event.key === " " && table && !event.target.matches("input, button")) { row.querySelector(".check input").click(); event.preventDefault(); }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const next = event.key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling;
    const place = event.target.matches(".check input") ? ".check input" : "th a, a, button";
    next?.querySelector(place)?.focus();
    if (next) event.preventDefault();
  });
}
