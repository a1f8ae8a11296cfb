// The two-list picker: a tick moves its line to the other list, in the order they had; the focus stays in the list
// where the hand is, and the new number is said. The search narrows the first list only.
{
  const put = (list, line) => { const later = [...list.children].find((other) => Number(other.dataset.place) > Number(line.dataset.place)); list.insertBefore(line, later || null); };
  const tell = (root) => {
    root.querySelectorAll(".picker-list").forEach((part) => { part.querySelector("[data-count]").textContent = part.querySelector("[data-list]").children.length; });
    const say = root.querySelector("[data-say]");
    say.textContent = say.dataset.say.replace("@", root.querySelector("[data-list=chosen]").children.length);
  };
  const move = (root, box) => {
    const line = box.closest("li"), from = line.parentElement;
    const near = line.nextElementSibling || line.previousElementSibling, held = line.contains(document.activeElement);
    put(root.querySelector(`[data-list=${box.checked ? "chosen" : "free"}]`), line);
    line.hidden = false;
    if (held) (near?.querySelector("input") || from.closest(".picker-list").querySelector("input, button")).focus();
  };
  addEventListener("change", (event) => {
    const root = event.target.closest("[data-picker]");
    if (!root || !event.target.closest("[data-list]")) return;
    move(root, event.target);
    tell(root);
  });
  addEventListener("click", (event) => {
    const button = event.target.closest("[data-picker] [data-all]");
    if (!button) return;
    const root = button.closest("[data-picker]"), adds = button.dataset.all === "add";
    for (const line of [...root.querySelector(`[data-list=${adds ? "free" : "chosen"}]`).children]) {
      const box = line.querySelector("input");
      if (line.hidden || box.disabled) continue;
      box.checked = adds;
      move(root, box);
    }
    tell(root);
    root.dispatchEvent(new Event("change", { bubbles: true }));
  });
  addEventListener("input", (event) => {
    const root = event.target.matches("[data-narrow]") && event.target.closest("[data-picker]");
    if (!root) return;
    const flat = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase(), wanted = flat(event.target.value);
    root.querySelectorAll("[data-list=free] > li").forEach((line) => { line.hidden = !flat(line.textContent).includes(wanted); });
  });
  addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.matches("[data-picker] [data-narrow]")) event.preventDefault(); });
}
