// Grid and typed lines are one value; the lines hold it to the minute. A head is its line.
// Shut: data-shut of the grid or of the option chosen in select[data-shuts].
for (const box of document.querySelectorAll(".hour-grid")) {
  const all = (of) => [...box.querySelectorAll(of)];
  const rows = all("tr").map((row) => [...row.cells]), cells = rows.flat();
  const lines = all("[data-period]"), sums = all("[data-sum]"), shuts = document.querySelector("select[data-shuts]");
  const unit = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "hour", maximumFractionDigits: 1 });
  const clock = (minute) => minute < 1440 ? new Date(minute * 6e4).toISOString().slice(11, 16) : "24:00";
  const empty = () => lines.map(() => new Uint8Array(1440)), days = empty();
  let paint = null, finger = false;
  const read = (text) => {
    const [day] = empty();
    for (const piece of text.replace(/\s/g, "").split(/[,;]/).filter(Boolean)) {
      const [, a, am = 0, b, bm = 0] = /^(\d\d?):?(\d\d)?[-–](\d\d?):?(\d\d)?$/.exec(piece) ?? [];
      const from = a * 60 + +am, to = b * 60 + +bm;
      if (!(from < to && to < 1441)) return null;
      day.fill(1, from, to);
    }
    return day;
  };
  const write = (day) => [...day.join("").matchAll(/1+/g)].map(({ 0: run, index: at }) => `${clock(at)}–${clock(at + run.length)}`).join(", ");
  const show = () => {
    const never = empty(), told = shuts ? shuts.selectedOptions[0]?.dataset.shut : box.dataset.shut;
    for (const [day, from, to] of JSON.parse(told || "[]")) never[day].fill(1, from, to);
    all("[data-hours-shut]")[0].hidden = !told;
    let week = 0;
    lines.forEach((line, y) => {
      const typed = read(line.value), day = days[y] = typed ?? days[y];
      line.ariaInvalid = typed ? null : true;
      const open = day.filter((on, at) => on > never[y][at]).length / 60;
      sums[y].textContent = open ? unit.format(open) : "–";
      week += open;
      rows[y + 1].slice(1).forEach((cell, hour) => {
        const at = hour * 60, [first, second] = [at, at + 30].map((half) => day.subarray(half, half + 30).includes(1));
        cell.ariaSelected = first || second;
        cell.dataset.part = first === second ? "" : first ? "early" : "late";
        cell.ariaDisabled = never[y].subarray(at, at + 60).includes(0) ? null : true;
      });
    });
    sums[7].textContent = unit.format(week);
  };
  const mark = (cell) => cells.forEach((one) => { one.tabIndex = one === cell ? 0 : -1; });
  const place = (cell) => [rows.findIndex((row) => row.includes(cell)), cell.cellIndex];
  const meant = (cell, [y, x] = place(cell)) =>
    cells.map((one) => [one, ...place(one)]).filter(([one, r, c]) => r && c && (!y || r === y) && (!x || c === x) && !one.ariaDisabled);
  const full = (cell) => meant(cell).every(([, y, x]) => !days[y - 1].subarray(x * 60 - 60, x * 60).includes(0));
  const set = (cell, on = !full(cell)) => {
    for (const [, y, x] of meant(cell)) lines[y - 1].value = write(days[y - 1].fill(on, x * 60 - 60, x * 60));
    lines[0].dispatchEvent(new Event("input", { bubbles: true }));
    show();
    return on;
  };
  const on = (name, act) => box.addEventListener(name, (event) => cells.includes(event.target) && act(event.target, event));
  on("pointerdown", (cell, { pointerType, button }) => {
    finger = pointerType === "touch";
    if (!finger && !button) paint = set(cell);
  });
  on("click", (cell) => finger && set(cell));
  on("pointerover", (cell) => paint !== null && cell.matches("td") && set(cell, paint));
  addEventListener("pointerup", () => { paint = null; });
  on("focusin", mark);
  on("keydown", (cell, event, [y, x] = place(cell)) => {
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    if (step) rows[y + step[0]]?.[x + step[1]]?.focus(); else if (event.key === " ") set(cell); else return;
    event.preventDefault();
  });
  mark(rows[1][10]);
  [...lines, shuts].forEach((control) => control?.addEventListener("change", show));
  all("[data-hours-how]")[0].hidden = false;
  show();
}
