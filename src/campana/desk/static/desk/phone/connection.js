// The line to the exchange: a websocket, a registration, and an account whose password is good for minutes. The
// password comes from our server for this tab, is kept in memory alone, and is renewed long before its end. Whatever
// is lost is sought again for ever, with a growing pause; a call that is up needs none of it.
import { ask, given } from "../server.js";
import { tab } from "../tab.js";
import { change } from "./state.js";

const REGISTER_EVERY = 120;
const SLOWEST = 15000;
let phone = null, socket = null, ice = [], renewal = 0, pause = 500, stopped = false, first = true;

const account = async () => {
  const opened = await ask("account", { tab });
  ice = opened.ice;
  clearTimeout(renewal);
  renewal = setTimeout(renew, opened.seconds * 600);
  return opened;
};
const renew = async () => {
  if (stopped) return;
  try {
    const { password } = await account();
    phone.set("password", password);
    if (phone.isConnected()) phone.register();
  } catch (problem) { failed(problem, renew); }
};
const failed = (problem, again) => {
  if (stopped) return;
  change({ line: problem.status === 409 || problem.status === undefined ? "silent" : "lost" });
  setTimeout(again, pause);
  pause = Math.min(pause * 2, SLOWEST);
};

// rings: an INVITE came. back: registered after a pause, or for the first time.
export const connect = async ({ rings, back }) => {
  let opened, library;
  try {
    [opened, library] = await Promise.all([account(), import(given().library)]);
  } catch (problem) { return failed(problem, () => connect({ rings, back })); }
  const { UA, WebSocketInterface } = library.default;
  socket = new WebSocketInterface(opened.address);
  phone = new UA({
    sockets: [socket],
    uri: `sip:${opened.name}@campana.invalid`,
    password: opened.password,
    register_expires: REGISTER_EVERY,
    session_timers: false,
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: 8,
    user_agent: "Campana desk",
  });
  phone.on("disconnected", () => { first = true; change({ line: "lost" }); });
  phone.on("registered", () => {
    pause = 500;
    change({ line: "registered" });
    if (first) { first = false; back(); }
  });
  phone.on("registrationFailed", ({ cause }) => {
    if (cause === "Connection Error" || stopped) return;
    first = true;
    failed({ status: 401 }, renew);
  });
  phone.on("newRTCSession", ({ originator, session }) => { if (originator === "remote") rings(session); });
  phone.start();
};
export const iceServers = () => ice;
// Without a farewell: a BYE would end the customer's call, which goes on at another tab.
export const disconnect = () => { stopped = true; clearTimeout(renewal); socket?.disconnect(); phone?.stop(); };
