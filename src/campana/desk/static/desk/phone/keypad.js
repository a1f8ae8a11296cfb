// Line keys and the keypad: buttons that say data-line, digits that say data-digit; digits typed while it is open count.
import * as call from "./call.js";
import * as ringer from "./ringer.js";
import { choose, chosen, list } from "./devices.js";
import { listen, state } from "./state.js";

const ACTS = { mute: call.mute, hold: call.hold, answer: call.answer, keypad: () => open() };
const pad = () => document.querySelector("#keypad");

const open = () => {
  if (pad().open) return pad().close();
  pad().querySelector("output").textContent = "";
  pad().show();
  pad().querySelector("[data-digit]").focus();
};
const press = (key) => {
  call.digit(key);
  pad().querySelector("output").textContent += key;
};

addEventListener("click", (event) => {
  const line = event.target.closest("[data-line]"), digit = event.target.closest("[data-digit]");
  if (line) ACTS[line.dataset.line]();
  if (digit) press(digit.dataset.digit);
  if (event.target.closest("[data-close-keypad]")) pad().close();
  if (event.target.closest("[data-ring-once]")) ringer.once();
});
addEventListener("keydown", (event) => {
  if (!pad()?.open || event.altKey || event.ctrlKey || event.metaKey || event.target.closest("textarea, input:not([type=radio])")) return;
  if (event.key === "Escape") return pad().close();
  if (!/^[0-9*#]$/.test(event.key)) return;
  event.stopImmediatePropagation();
  event.preventDefault();
  press(event.key);
}, true);
listen(() => { if (state.call !== "talking" && pad()?.open) pad().close(); });

const fill = async () => {
  const devices = await list();
  for (const select of document.querySelectorAll("select[data-device]")) {
    const kind = select.dataset.device === "ringer" ? "audiooutput" : select.dataset.device;
    const options = devices.filter((device) => device.kind === kind && device.deviceId !== "default" && device.label);
    const standard = select.options[0];
    select.replaceChildren(standard, ...options.map(({ deviceId, label }) => new Option(label, deviceId, false, deviceId === chosen(select.dataset.device))));
  }
};
addEventListener("change", (event) => { const { device } = event.target.dataset; if (device) choose(device, event.target.value); });
addEventListener("devices", fill);
document.addEventListener("toggle", (event) => { if (event.target.id === "sound-menu" && event.target.open) fill(); }, true);
