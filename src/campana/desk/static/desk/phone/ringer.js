// The ringer: two tones twice, every three seconds, made here so that no file has to be fetched when a call comes.
import { chosen } from "./devices.js";

const TONES = [[0, 659], [0.18, 523], [0.5, 659], [0.68, 523]];
let context = null, again = 0;

const ring = async () => {
  context ??= new AudioContext();
  await context.setSinkId?.(chosen("ringer")).catch(() => {});
  await context.resume();
  for (const [after, pitch] of TONES) {
    const tone = context.createOscillator(), loudness = context.createGain(), at = context.currentTime + after;
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.2, at);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.17);
    tone.connect(loudness).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.18);
  }
};
export const once = ring;
export const start = () => { stop(); ring(); again = setInterval(ring, 3000); };
export const stop = () => clearInterval(again);
