// One desk per agent. Each tab has a name that outlives a refresh; a duplicated tab inherits the memory but not the
// farewell, and gets a name of its own.
import { ask, leave } from "./server.js";

const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const known = sessionStorage.getItem("desk-tab"), left = sessionStorage.getItem("desk-left");
sessionStorage.removeItem("desk-left");
export const tab = known && left ? known : fresh();
sessionStorage.setItem("desk-tab", tab);
document.querySelector("#tab").value = tab;
addEventListener("pagehide", () => {
  sessionStorage.setItem("desk-left", "1");
  leave("leaving", { tab });
});

const box = () => document.querySelector("#taken");
export const taken = () => { if (!box().open) box().showModal(); };

const asks = async (more) => (await ask("holder", { tab, ...more })).mine;

// Resolves when this tab is the desk: at once, by a word, or when the other tab, which was perhaps just being closed,
// is no longer there.
export const hold = async () => {
  if (await asks()) return;
  await new Promise((resolve) => {
    taken();
    const mine = () => { clearInterval(waiting); box().close(); resolve(); };
    const waiting = setInterval(() => asks().then((free) => free && mine(), () => {}), 2000);
    box().addEventListener("click", async (event) => {
      if (event.target.closest("[data-take-over]")) { await asks({ force: "1" }); mine(); }
    });
  });
};

// The desk went elsewhere: this page only shows it. Taking it back is a fresh start.
export const lose = () => {
  taken();
  box().addEventListener("click", async (event) => {
    if (!event.target.closest("[data-take-over]")) return;
    await ask("holder", { tab, force: "1" });
    location.reload();
  });
};
