// The planner shows only for a call back, and says the chosen time on both clocks.
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
