// One tick a second for every clock on the page. The server sends instants (epoch seconds), the page counts:
// <time data-since="1700000000"> up, data-until="1700000018" down. The offset between the two clocks is learnt
// from data-now of the fragment that brought them. data-clock="Asia/Hanoi" is the wall clock of a zone. Width never changes, text only when the second does.
{
  let ahead = 0;
  const two = (n) => String(n).padStart(2, "0");
  const words = (s) => (s >= 3600 ? `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}` : two(Math.floor(s / 60))) + ":" + two(s % 60);
  const learn = (root) => {
    const told = root.querySelectorAll ? [...root.querySelectorAll("[data-now]")].pop() : null;
    const now = Number((told || root).dataset?.now);
    if (now) ahead = now - Date.now() / 1000;
  };
  const tick = () => {
    wall();
    const now = Date.now() / 1000 + ahead;
    for (const clock of document.querySelectorAll("[data-since], [data-until]")) {
      const { since, until } = clock.dataset;
      const seconds = Math.max(0, since !== undefined ? Math.floor(now - Number(since)) : Math.ceil(Number(until) - now));
      if (clock.matches("progress")) clock.value = Math.max(0, Number(until) - now);
      else if (clock.textContent !== words(seconds)) clock.textContent = words(seconds);
      if (until !== undefined && seconds === 0 && !clock.dataset.rung) { clock.dataset.rung = ""; clock.dispatchEvent(new CustomEvent("timeup", { bubbles: true })); }
    }
  };
  const wall = () => {
    for (const clock of document.querySelectorAll("[data-clock]")) {
      const form = { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: clock.dataset.clock };
      const text = new Date(Date.now() + ahead * 1000).toLocaleTimeString(document.documentElement.lang, form) + " " + clock.dataset.name;
      if (clock.textContent !== text) clock.textContent = text;
    }
  };
  learn(document);
  addEventListener("htmx:afterSwap", (event) => { learn(event.target); tick(); });
  if (!document.documentElement.hasAttribute("data-still")) setInterval(tick, 1000);
  tick();
}
