// The desk begins: first it is ours, then it lives, then it has a telephone.
import "./dialpad.js";
import { begin } from "./heart.js";
import "./language.js";
import "./notify.js";
import "./planner.js";
import "./script.js";
import { given } from "./server.js";
import { hold } from "./tab.js";

await hold();
if (given().telephone === "browser") {
  begin(false);
  await import("./phone/telephone.js");
} else begin(given().telephone !== "missing");
addEventListener("telephone-chosen", () => location.reload());
