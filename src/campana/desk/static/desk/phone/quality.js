// How good the line is, from the browser's own count, every two seconds of a talk.
import { current } from "./call.js";
import { change, state } from "./state.js";

let before = { received: 0, lost: 0 };
setInterval(async () => {
  const connection = state.call === "talking" ? current()?.connection : null;
  if (!connection) { before = { received: 0, lost: 0 }; return; }
  let rtt = null, received = 0, lost = 0;
  for (const row of (await connection.getStats()).values()) {
    if (row.type === "candidate-pair" && row.nominated) rtt = row.currentRoundTripTime;
    if (row.type === "inbound-rtp" && row.kind === "audio") { received = row.packetsReceived; lost = row.packetsLost; }
  }
  const came = received - before.received, gone = Math.max(0, lost - before.lost);
  before = { received, lost };
  change({ quality: JSON.stringify({ rtt: rtt === null ? null : Math.round(rtt * 1000), lost: came + gone ? Math.round((100 * gone) / (came + gone)) : 0, silent: came === 0 }) });
}, 2000);
