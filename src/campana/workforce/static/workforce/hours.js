// The 7 x 24 grid and the typed periods are one value. Click, drag, arrow keys and Space; a day or an hour name takes the whole line.
const SPAN = /(\d{1,2})(?::(\d\d))?\s*[–-]\s*(\d{1,2})(?::(\d\d))?/g;
for (const grid of document.querySelectorAll(".hours")) {
  const cells = [...grid.querySelectorAll("[data-hour]")];
  const at = (day, hour) => cells[((day + 7) % 7) * 24 + ((hour + 24) % 24)];
  const on = (cell) => cell.getAttribute("aria-pressed") === "true";
  const clock = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  const set = (cell, value) => { if (!cell.classList.contains("shut")) { cell.setAttribute("aria-pressed", value); delete cell.dataset.part; } };
  const periods = (day) => {
    const found = [];
    for (let hour = 0; hour < 24; hour++) {
      const cell = at(day, hour);
      if (!on(cell)) continue;
      const from = hour * 60 + (cell.dataset.part === "late" ? 30 : 0);
      const to = hour * 60 + (cell.dataset.part === "early" ? 30 : 60);
      if (found.length && found.at(-1)[1] === from) found.at(-1)[1] = to; else found.push([from, to]);
    }
    return found;
  };
  const typed = (day) => [...document.querySelector(`[data-period="${day}"]`).value.matchAll(SPAN)].map(([, fh, fm, th, tm]) => [fh * 60 + +(fm ?? 0), th * 60 + +(tm ?? 0)]);
  // Only what was clicked is written to the lines: they may hold minutes that a cell can not show.
  const write = (day) => { document.querySelector(`[data-period="${day}"]`).value = periods(day).map(([from, to]) => `${clock(from)}–${clock(to)}`).join(", "); };
  const tell = (...days) => {
    days.forEach(write);
    for (let day = 0; day < 7; day++) {
      const minutes = typed(day).reduce((sum, [from, to]) => sum + Math.max(0, to - from), 0);
      document.querySelector(`[data-sum="${day}"]`).textContent = minutes ? `${Math.round(minutes / 6) / 10} h` : "–";
    }
  };
  let paint = null;
  grid.addEventListener("pointerdown", (event) => {
    const cell = event.target.closest("[data-hour]");
    if (cell) { paint = !on(cell); set(cell, paint); tell(+cell.dataset.day); }
  });
  grid.addEventListener("click", (event) => {
    const head = event.target.closest("[data-line]");
    if (!head) return;
    const line = cells.filter((cell) => cell.dataset[head.dataset.line] === head.value && !cell.classList.contains("shut"));
    const value = !line.every(on);
    line.forEach((cell) => set(cell, value)); tell(...new Set(line.map((cell) => +cell.dataset.day)));
  });
  grid.addEventListener("pointerover", (event) => { const cell = event.target.closest("[data-hour]"); if (cell && paint !== null) { set(cell, paint); tell(+cell.dataset.day); } });
  addEventListener("pointerup", () => { paint = null; });
  grid.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[data-hour]");
    if (!cell) return;
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    if (step) { const next = at(+cell.dataset.day + step[0], +cell.dataset.hour + step[1]); cell.tabIndex = -1; next.tabIndex = 0; next.focus(); event.preventDefault(); }
    if (event.key === " " || event.key === "Enter") { set(cell, !on(cell)); tell(+cell.dataset.day); event.preventDefault(); }
  });
  addEventListener("change", (event) => {
    const day = event.target.dataset.period;
    if (day === undefined) return;
    for (let hour = 0; hour < 24; hour++) set(at(+day, hour), false);
    for (const [from, to] of typed(+day)) {
      for (let hour = 0; hour < 24; hour++) {
        const a = Math.max(from, hour * 60), b = Math.min(to, hour * 60 + 60);
        if (b > a) { set(at(+day, hour), true); if (b - a < 60) at(+day, hour).dataset.part = a > hour * 60 ? "late" : "early"; }
      }
    }
    tell();
  });
  tell();
}
