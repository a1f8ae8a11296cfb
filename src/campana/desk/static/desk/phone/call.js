// The one call of the telephone. The engine decides when a call begins and ends; the browser answers, is quiet, holds
// and sends digits.
import { ask, look } from "../server.js";
import { tab } from "../tab.js";
import { iceServers } from "./connection.js";
import { listenTo, microphone, release } from "./devices.js";
import * as ringer from "./ringer.js";
import { change, state } from "./state.js";

const PATIENCE_FOR_ICE = 700;
let session = null;

export const current = () => session;

export const rings = async (incoming) => {
  bury();
  session = incoming;
  change({ call: "ringing", muted: false, held: false });
  incoming.on("failed", () => over(incoming));
  incoming.on("ended", () => over(incoming));
  incoming.on("confirmed", () => change({ call: "talking" }));
  incoming.on("icecandidate", hurry());
  incoming.on("peerconnection", ({ peerconnection }) => {
    peerconnection.addEventListener("track", ({ streams, track }) => listenTo(streams[0] ?? new MediaStream([track])));
    peerconnection.addEventListener("iceconnectionstatechange", endure, true);
  });
  htmx.trigger("#console", "live");
  const { automatic } = await look("offer").catch(() => ({ automatic: false }));
  if (session !== incoming) return;
  automatic ? answer() : ringer.start();
};

// Nobody is rung while he talks: a second call means that the first is dead and its end was lost on the way.
const bury = () => {
  const old = session;
  session = null;
  if (old && !old.isEnded()) old.terminate();
};

// The way of the sound broke. JsSIP would say goodbye, and the customer would be hung up: ask to be rung anew instead.
const endure = (event) => {
  if (event.target.iceConnectionState !== "failed") return;
  event.stopImmediatePropagation();
  ask("ringing", { tab }).catch(() => {});
};

// Gathering goes on for seconds where an address can not be reached: what has been found soon is enough.
const hurry = () => {
  let waiting = 0;
  return ({ candidate, ready }) => {
    if (/ typ (srflx|relay) /.test(candidate.candidate) || (!iceServers().length && / typ host /.test(candidate.candidate))) ready();
    else waiting ||= setTimeout(ready, PATIENCE_FOR_ICE);
  };
};

export const answer = async () => {
  const incoming = session;
  if (!incoming || state.call !== "ringing") return;
  ringer.stop();
  change({ call: "answering" });
  const stream = await microphone();
  if (session !== incoming) return;
  if (!stream) return change({ call: "ringing" });
  incoming.answer({ mediaStream: stream, pcConfig: { iceServers: iceServers() } });
};

const over = (which) => {
  if (session !== which) return;
  session = null;
  ringer.stop();
  release();
  change({ call: "", muted: false, held: false, quality: null });
};

export const mute = () => {
  if (state.call !== "talking") return;
  state.muted ? session.unmute({ audio: true }) : session.mute({ audio: true });
  change({ muted: !state.muted });
};
// Without the line the wish can not be told, and JsSIP would end the call over it.
export const hold = () => {
  if (state.call !== "talking" || state.line !== "registered") return;
  const held = !state.held;
  const done = () => change({ held });
  held ? session.hold({}, done) : session.unhold({}, done);
};
export const digit = (key) => { if (state.call === "talking") session.sendDTMF(key, { transportType: "RFC2833", duration: 160, interToneGap: 80 }); };
export const hangUp = () => session?.terminate();

// The socket was cut and is back: the exchange learns where to reach this call now.
export const renewPath = () => {
  if (session?.isEstablished()) session.sendInfo("text/plain", "here", { extraHeaders: [`Contact: ${session.contact}`] });
};
