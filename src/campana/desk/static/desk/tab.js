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

// Resolves when this tab is the desk.
export const hold = async () => {
  const { mine } = await ask("holder", { tab });
  if (mine) return;
  await new Promise((resolve) => {
    taken();
    box().addEventListener("click", async (event) => {
      if (!event.target.closest("[data-take-over]")) return;
      await ask("holder", { tab, force: "1" });
      box().close();
      resolve();
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
