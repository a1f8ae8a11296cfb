// Rows put in order by hand: buttons with data-move (-1, 1), or Alt with an arrow anywhere in the row. The order of
// the form is the order of the rows, so nothing else is sent; without this script the buttons submit.
for (const list of document.querySelectorAll("[data-order]")) {
  const say = document.createElement("p");
  say.className = "sr";
  say.role = "status";
  list.closest("table, ul, ol").after(say);
  const move = (row, by) => {
    const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    const held = document.activeElement;
    if (by < 0) other.before(row); else other.after(row);
    held.focus();
    const place = [...list.children].indexOf(row) + 1;
    say.textContent = (list.dataset.say || "@").replace("@", place);
    list.dispatchEvent(new Event("input", { bubbles: true }));
  };
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    event.preventDefault();
    move(button.closest("[data-row]"), Number(button.dataset.move));
  });
  list.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by || !event.altKey) return;
    event.preventDefault();
    move(event.target.closest("[data-row]"), by);
  });
}
