// The browser's telephone, put together: the line, the call, and what happens when the page comes and goes.
import { registered, whenLost } from "../heart.js";
import { ask, leave } from "../server.js";
import { tab } from "../tab.js";
import * as call from "./call.js";
import { connect, disconnect } from "./connection.js";
import { microphone, release, swapWith } from "./devices.js";
import "./keypad.js";
import "./quality.js";
import "./sign.js";
import { listen, state } from "./state.js";

listen(() => registered(state.line === "registered"));
whenLost(disconnect);

// The first Ready asks for the microphone, so that no customer waits for the question.
addEventListener("click", async (event) => {
  if (!event.target.closest("[data-ready], [data-sound-test]") || state.call) return;
  if (await microphone() && !event.target.closest("[data-sound-test]") && !state.call) release();
});
document.addEventListener("toggle", (event) => {
  if (event.target.id !== "sound-menu" || state.call) return;
  event.target.open ? microphone() : release();
}, true);

swapWith((track) => call.current()?.connection?.getSenders().find((sender) => sender.track?.kind === "audio")?.replaceTrack(track));

// The page goes in the middle of a call: the customer hears music at once, not after the exchange has missed us.
addEventListener("pagehide", () => { if (state.call === "talking") leave("ringing", { tab }); });

// The console has the last word: a call that the engine ended is over here too, whatever was lost on the way.
let orphaned = 0;
addEventListener("htmx:afterSettle", () => {
  const { state: place, hears } = document.querySelector("#console").dataset;
  const busy = ["reserved", "ringing", "in_call"].includes(place) || hears !== undefined;
  if (busy || state.call !== "talking") { clearTimeout(orphaned); orphaned = 0; return; }
  orphaned ||= setTimeout(() => { orphaned = 0; call.hangUp(); }, 3000);
});

connect({
  rings: call.rings,
  back: () => (call.current() ? call.renewPath() : ask("ringing", { tab }).catch(() => {})),
});
