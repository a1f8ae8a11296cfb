// Draws the table of every <figure data-chart="bars|lines"> as SVG: sizes in attributes, colours from the stylesheet,
// so it follows the theme without being drawn again and needs no inline style. Two columns lie over each other: the
// first is the whole. The table stays below, folded.
{
  const make = (name, given = {}, text = "") => {
    const el = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(given)) el.setAttribute(key, value);
    if (text) el.textContent = text;
    return el;
  };
  const step = (most) => { const rough = most / 3, ten = 10 ** Math.floor(Math.log10(rough)); return [1, 2, 5, 10].map((n) => n * ten).find((n) => n >= rough); };
  const say = (n) => n.toLocaleString(document.documentElement.lang);
  const draw = (figure) => {
    const room = figure.querySelector(".chart-room"), table = figure.querySelector("table"), rows = [...table.tBodies[0].rows];
    const kinds = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.dataset.kind);
    const series = kinds.map((_, i) => rows.map((row) => { const told = row.cells[i + 1].dataset.value; return told === "" ? null : Number(told); }));
    if (!figure.hasAttribute("data-drawn")) { figure.dataset.drawn = ""; figure.querySelector("details").open = false; }
    const width = room.clientWidth, height = 190, left = 40, top = 18, bottom = 22, w = width - left - 4, h = height - top - bottom;
    if (w < 40 || !rows.length) { room.replaceChildren(); return; }
    const most = Math.max(1, ...series.flat()), tick = step(most), peak = Math.ceil(most / tick) * tick, y = (n) => top + h - (h * n) / peak;
    const slot = w / rows.length, x = (i) => left + slot * (i + 0.5), thick = Math.max(2, Math.min(44, slot * 0.6));
    const svg = make("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
    for (let n = 0; n <= peak + tick / 2; n += tick) {
      svg.append(make("line", { class: n ? "grid" : "axis", x1: left, x2: width - 4, y1: y(n), y2: y(n) }), make("text", { class: "tick-word", x: left - 6, y: y(n) + 4 }, say(n)));
    }
    const words = rows.map((row) => row.cells[0].textContent.trim()), skip = Math.ceil((Math.max(...words.map((word) => word.length)) * 7 + 8) / slot);
    words.forEach((word, i) => { if (i % skip === 0) svg.append(make("text", { x: x(i), y: height - 5 }, word)); });
    series.forEach((values, s) => {
      const last = s === series.length - 1, group = make("g", { class: kinds[s] ? `series is-${kinds[s]}` : series.length > 1 && !last ? "whole" : "series" });
      if (figure.dataset.chart === "lines") {
        let run = [];
        const flush = () => { if (run.length) group.append(make("polyline", { points: run.join(" ") })); if (run.length === 1) { const [cx, cy] = run[0].split(","); group.append(make("circle", { cx, cy, r: 2 })); } run = []; };
        values.forEach((n, i) => { if (n === null) flush(); else run.push(`${x(i)},${y(n)}`); });
        flush();
      } else values.forEach((n, i) => {
        if (!n) return;
        group.append(make("rect", { x: x(i) - thick / 2, y: y(n), width: thick, height: top + h - y(n), rx: 2 }));
        if (last && slot > say(n).length * 8) group.append(make("text", { class: "value", x: x(i), y: y(n) - 5 }, say(n)));
      });
      svg.append(group);
    });
    const heads = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent.trim());
    words.forEach((word, i) => {
      const over = make("rect", { x: left + slot * i, y: 0, width: slot, height, fill: "none", "pointer-events": "all" });
      over.append(make("title", {}, [word, ...heads.map((head, s) => `${head} ${series[s][i] === null ? "–" : say(series[s][i])}`)].join("\n")));
      svg.append(over);
    });
    room.replaceChildren(svg);
  };
  const watch = new ResizeObserver((seen) => seen.forEach(({ target }) => draw(target)));
  const all = () => document.querySelectorAll("figure[data-chart]").forEach((figure) => { draw(figure); watch.observe(figure); });
  all();
  addEventListener("htmx:afterSwap", all);
}
