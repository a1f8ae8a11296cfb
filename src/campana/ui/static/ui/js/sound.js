// A button beside a choice of sounds plays the one that is chosen: <button data-plays="ID of the select" hidden>. The
// options name their sound in data-sound. Pressing again is quiet, and so is another choice.
const player = new Audio();
let pressed = null;

const show = () => {
  for (const button of document.querySelectorAll("[data-plays]")) {
    const chosen = document.getElementById(button.dataset.plays)?.selectedOptions[0]?.dataset.sound;
    button.hidden = !chosen;
    button.setAttribute("aria-pressed", String(button === pressed && !player.paused));
  }
};
for (const kind of ["play", "pause", "ended", "error"]) player.addEventListener(kind, show);

addEventListener("click", (event) => {
  const button = event.target.closest("[data-plays]");
  if (!button) return;
  const playing = pressed === button && !player.paused;
  pressed = button;
  if (playing) return player.pause();
  player.src = document.getElementById(button.dataset.plays).selectedOptions[0].dataset.sound;
  player.play().catch(show);
});
addEventListener("change", (event) => {
  if (event.target.matches("select")) { player.pause(); show(); }
});
addEventListener("htmx:afterSwap", show);
show();
