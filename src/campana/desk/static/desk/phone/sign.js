// What the telephone says in words: one line in the foot, and a notice when nobody can hear or be heard.
import { given, words } from "../server.js";
import { listen, state } from "./state.js";

const sentence = () => {
  const say = words();
  if (state.line !== "registered" && state.call === "talking") return [say.line_lost_talking, "late"];
  if (state.line !== "registered") return [say[`line_${state.line}`], state.line === "connecting" ? "late" : "lost"];
  if (state.call !== "talking" || !state.quality) return [say.line_registered, "live"];
  const { rtt, lost, silent } = JSON.parse(state.quality);
  if (silent && !state.held) return [say.line_unheard, "lost"];
  if (lost > 3 || rtt > 300) return [say.line_weak.replace("%1", rtt ?? 0).replace("%2", lost), "late"];
  return [say.line_good.replace("%1", rtt ?? 0), "live"];
};

const show = () => {
  const sign = document.querySelector("#line-sign");
  if (sign) {
    const [text, fresh] = sentence();
    if (sign.textContent !== text) sign.textContent = text;
    if (sign.dataset.fresh !== fresh) sign.dataset.fresh = fresh;
  }
  const trouble = document.querySelector("#phone-says");
  const text = state.microphone ? words()[`microphone_${state.microphone}`] : "";
  if (trouble && trouble.textContent !== text) trouble.textContent = text;
  for (const button of document.querySelectorAll("[data-line]")) {
    const on = { mute: state.muted, hold: state.held }[button.dataset.line];
    if (on !== undefined) button.setAttribute("aria-pressed", String(on));
    if (button.dataset.line !== "answer") button.disabled = state.call !== "talking" || (button.dataset.line === "hold" && state.line !== "registered");
    else button.hidden = state.call !== "ringing";
  }
  for (const word of document.querySelectorAll("[data-line-waits]")) word.hidden = state.call === "ringing";
};
listen(show);
// At once, not when it has settled: the keys come disabled, and one pressed in between would be lost.
addEventListener("htmx:afterSwap", show);
if (given()) show();
