// What the telephone is doing, in one place. Whoever changes it says so; whoever shows it listens.
export const state = {
  line: "connecting", // connecting, registered, lost, silent (the exchange does not answer), missing (no microphone)
  call: "", // "", ringing, answering, talking
  muted: false,
  held: false,
  microphone: "", // "", refused, absent, gone
  quality: null, // { rtt, lost }
};
const telephone = new EventTarget();
export const change = (part) => {
  if (Object.keys(part).every((key) => state[key] === part[key])) return;
  Object.assign(state, part);
  telephone.dispatchEvent(new Event("change"));
};
export const listen = (act) => telephone.addEventListener("change", act);
