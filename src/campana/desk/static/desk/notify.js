// A word outside the window when a call or a contact comes while the agent looks elsewhere. Permission is asked when
// the agent first presses Ready: then it is plain what for.
import { words } from "./server.js";

addEventListener("click", (event) => {
  if (event.target.closest("[data-ready]") && "Notification" in window && Notification.permission === "default") Notification.requestPermission();
});

let last = null;
const notify = (title, body) => {
  if (!("Notification" in window) || Notification.permission !== "granted" || !document.hidden) return;
  last?.close();
  last = new Notification(title, { body, tag: "campana-desk" });
  last.onclick = () => { window.focus(); last.close(); };
};

let before = "";
addEventListener("htmx:afterSettle", () => {
  const box = document.querySelector("#console");
  const { state, says, who, from } = box.dataset;
  if (state !== before && ["offered", "preview", "ringing"].includes(state)) notify(words()[says || state], [who, from].filter(Boolean).join(" · "));
  before = state;
});
