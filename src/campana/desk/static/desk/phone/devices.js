// Microphone, loudspeaker and ringer: opened for a call only, chosen by name, remembered by this browser; one that is
// pulled out says so.
import { change, state } from "./state.js";
import * as meter from "./meter.js";

const CLEAN = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const speaker = new Audio();
speaker.autoplay = true;
let stream = null, swap = null;

export const chosen = (kind) => localStorage.getItem(`desk-${kind}`) || "";
const wanted = () => ({ ...CLEAN, ...(chosen("audioinput") && { deviceId: { exact: chosen("audioinput") } }) });

const open = async () => {
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: wanted() });
  } catch (problem) {
    if (problem.name !== "OverconstrainedError") throw problem;
    return navigator.mediaDevices.getUserMedia({ audio: CLEAN }); // the chosen one is not there today
  }
};

// The open microphone, or null with the reason in the state.
export const microphone = async () => {
  if (!navigator.mediaDevices) { change({ microphone: "insecure" }); return null; }
  if (stream) return stream;
  try {
    stream = await open();
  } catch (problem) {
    change({ microphone: problem.name === "NotAllowedError" ? "refused" : "absent" });
    return null;
  }
  watch();
  return stream;
};
const watch = () => {
  change({ microphone: "" });
  stream.getAudioTracks()[0].addEventListener("ended", () => change({ microphone: "gone" }));
  meter.show(stream);
};
export const release = () => {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  meter.hide();
};

export const listenTo = (voice) => { speaker.srcObject = voice; speaker.play().catch(() => {}); };
// Whoever has a call says how another track takes the place of the present one.
export const swapWith = (act) => { swap = act; };

export const choose = async (kind, id) => {
  localStorage.setItem(`desk-${kind}`, id);
  if (kind === "audiooutput") return speaker.setSinkId?.(id);
  if (kind !== "audioinput" || !stream) return undefined;
  const old = stream;
  stream = null;
  if (await microphone()) await swap?.(stream.getAudioTracks()[0]);
  for (const track of old.getTracks()) track.stop();
  return undefined;
};
if (chosen("audiooutput")) speaker.setSinkId?.(chosen("audiooutput")).catch(() => {});

export const list = async () => (await navigator.mediaDevices?.enumerateDevices() ?? []).filter((device) => device.deviceId);
navigator.mediaDevices?.addEventListener("devicechange", async () => {
  const microphones = (await list()).filter(({ kind }) => kind === "audioinput");
  if (microphones.length && state.microphone === "absent") change({ microphone: "" });
  dispatchEvent(new Event("devices"));
});
