// The desk says every five seconds that it is open, whose tab it is, and whether its telephone is registered.
import { lose, tab } from "./tab.js";

const { beat, worker, csrf } = document.body.dataset;
const heart = new Worker(worker);
const losers = [lose];
let telephone = true, begun = false, over = false;

const tell = () => heart.postMessage({ address: new URL(beat, location).href, csrf, tab, telephone: telephone ? "1" : "0" });

heart.onmessage = ({ data: status }) => {
  const word = document.querySelector("#beat");
  word.textContent = status === 204 ? word.dataset.fine : word.dataset.gone;
  word.classList.toggle("wrong", status !== 204);
  if (status === 409) stop();
};
const stop = () => {
  if (over) return;
  over = true;
  heart.terminate();
  for (const act of losers) act();
};
// A tab that still waits for the desk is told the same, and has nothing to lose yet.
document.body.addEventListener("desk-taken", () => { if (begun) stop(); });
// Whether the telephone is there only a beat tells, and nobody is called before it does.
document.body.addEventListener("presence-asked", () => { if (begun && !over) tell(); });

export const begin = (registered) => { telephone = registered; begun = true; tell(); };
export const registered = (yes) => { if (telephone !== yes && !over) { telephone = yes; tell(); } };
export const whenLost = (act) => losers.push(act);
