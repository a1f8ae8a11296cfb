// The dial pad: a number typed or pressed, then Call. It opens from the console and closes when the call was asked for.
const pad = () => document.querySelector("#dialpad");
const number = () => document.querySelector("#dial-number");

addEventListener("click", (event) => {
  const digit = event.target.closest("[data-dial]");
  if (digit) { number().value += digit.dataset.dial; number().focus(); }
  if (event.target.closest("[data-close-dialpad]")) pad().close();
  if (!event.target.closest("[data-dialpad]")) return;
  if (pad().open) return pad().close();
  pad().show();
  number().focus();
});
addEventListener("keydown", (event) => { if (event.key === "Escape" && pad()?.open) pad().close(); });
addEventListener("htmx:afterRequest", (event) => {
  if (!event.target.closest?.("#dialpad") || !event.detail.successful) return;
  number().value = "";
  pad().close();
});
