// Live regions. One stream a page: <body data-events="/events">. An event carries ids; a region that names one of
// them (data-live="campaign:3 agents") fetches itself again through htmx ("live"), at most once a second or every
// data-every seconds, and not while the pointer or the focus is in a list that asked for rest (data-calm): what was
// asked for before that and comes after, or while something in it is pressed, is dropped and asked for again. A page without
// a stream still polls.
{
  const { events: address, zone, zoneName } = document.body.dataset;
  const due = new Map(), last = new Map();
  let heard = performance.now(), at = "";
  // htmx forgets what is asked of a region that is on its way: what a colleague changed meanwhile would not be seen.
  const busy = (region) => region.matches(".htmx-request, .htmx-swapping, .htmx-added, .htmx-settling");
  const calm = (region) => region.matches("[data-calm]") && (region.matches(":hover, :focus-within") || region.querySelector("details[open]"));
  const spacing = (region) => 1000 * Number(region.dataset.every || 1);
  const fetchAgain = () => {
    for (const [id, region] of [...due]) {
      const here = region.isConnected ? region : document.getElementById(id);
      if (!here) { due.delete(id); continue; }
      if (document.hidden || busy(here) || calm(here) || performance.now() - (last.get(id) ?? -1e9) < spacing(here)) continue;
      due.delete(id);
      last.set(id, performance.now());
      htmx.trigger(here, "live");
    }
  };
  const mark = (names) => {
    for (const region of document.querySelectorAll("[data-live]"))
      if (!names || region.dataset.live.split(" ").some((name) => names.has(name))) due.set(region.id, region);
    fetchAgain();
  };
  // Fresh under 5 s; late, with the time it was last heard; lost from 30 s: figures go pale and keep their last value.
  const fresh = () => {
    const silent = Math.round((performance.now() - heard) / 1000), state = silent < 6 ? "live" : silent < 30 ? "late" : "lost";
    for (const word of document.querySelectorAll("[data-fresh]")) {
      if (word.dataset.fresh !== state) word.dataset.fresh = state;
      const text = (word.dataset[{ live: "sayLive", late: "sayLate", lost: "sayLost" }[state]] || "").replace("%", silent).replace("@", at);
      if (text && word.textContent !== text) word.textContent = text;
    }
    for (const region of document.querySelectorAll("[data-live]")) region.toggleAttribute("data-stale", state === "lost");
  };
  const hear = () => { heard = performance.now(); at = new Date().toLocaleTimeString(document.documentElement.lang, { hour12: false, timeZone: zone }) + " " + zoneName; fresh(); };
  if (address) {
    const open = () => {
      const stream = new EventSource(address);
      stream.addEventListener("open", () => { hear(); mark(null); });
      stream.addEventListener("beat", hear);
      stream.addEventListener("changed", (event) => {
        hear();
        const told = JSON.parse(event.data);
        if (told.all) return mark(null);
        const names = new Set();
        for (const kind of ["campaign", "agent"])
          for (const id of told[`${kind}s`] || []) names.add(`${kind}s`).add(`${kind}:${id}`);
        mark(names);
      });
      stream.addEventListener("error", () => { if (stream.readyState === EventSource.CLOSED) setTimeout(open, 3000); });
    };
    open();
    setInterval(() => { fetchAgain(); fresh(); }, 1000);
    setInterval(() => mark(null), 30000);
  }
  addEventListener("htmx:beforeSwap", (event) => {
    const { target, requestConfig, dropped } = event.detail;
    if (requestConfig.triggeringEvent?.type !== "live" || !(dropped || calm(target))) return;
    event.detail.shouldSwap = false;
    due.set(target.id, target);
  });
  addEventListener("htmx:sendError", () => { const says = document.querySelector("#says"); if (says) says.textContent = says.dataset.offline || ""; });
}
