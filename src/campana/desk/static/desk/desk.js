// The heart of the desk: its beat, the planner that shows only for a call back, and F8 that can not save twice.
{
  const { beat, worker, csrf } = document.body.dataset;
  const word = document.querySelector("#beat");
  const heart = new Worker(worker);
  heart.onmessage = ({ data: fine }) => {
    word.textContent = fine ? word.dataset.fine : word.dataset.gone;
    word.classList.toggle("wrong", !fine);
  };
  heart.postMessage({ address: new URL(beat, location).href, csrf });

  const plan = () => {
    const planner = document.querySelector(".planner");
    if (!planner) return;
    const wanted = document.querySelector("#result [name=result]:checked")?.dataset.class === "call_back";
    planner.hidden = !wanted;
    planner.disabled = !wanted;
  };
  addEventListener("change", plan);
  addEventListener("htmx:afterSettle", plan);
  plan();
}
