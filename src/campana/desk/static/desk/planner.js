// The planner shows only for a call back, sets the offered times, and says what the chosen one is on the agent's clock.
const field = () => document.querySelector("#callback-at");

// The instant at which the clock of a zone shows a wall time: guess, look at that clock, correct.
const instant = (wall, zone) => {
  const shown = (at) => {
    const parts = Object.fromEntries(new Intl.DateTimeFormat("en", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" }).formatToParts(at).map(({ type, value }) => [type, value]));
    return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute);
  };
  const wanted = Date.parse(`${wall}Z`);
  let at = wanted;
  for (let turn = 0; turn < 2; turn++) at += wanted - shown(at);
  return new Date(at);
};
const translate = () => {
  const here = document.querySelector("#callback-here");
  if (!here) return;
  const { value, dataset } = field(), { zone, zoneName } = document.body.dataset;
  const form = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
  here.textContent = value ? `${instant(value, dataset.zone).toLocaleString(document.documentElement.lang, form)} ${zoneName}` : here.dataset.none;
};
const plan = () => {
  const planner = document.querySelector(".planner");
  if (!planner) return;
  const wanted = document.querySelector("#result [name=result]:checked")?.dataset.class === "call_back";
  planner.hidden = !wanted;
  planner.disabled = !wanted;
  translate();
};
addEventListener("change", plan);
addEventListener("input", (event) => { if (event.target === field()) translate(); });
addEventListener("click", (event) => {
  const offered = event.target.closest("[data-moment]");
  if (!offered) return;
  field().value = offered.dataset.moment;
  translate();
});
addEventListener("htmx:afterSwap", plan);
plan();
