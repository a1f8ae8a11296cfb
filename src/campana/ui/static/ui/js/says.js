// What a page says, and where the focus is afterwards. A response header HX-Trigger: {"toast": {"text": …, "url": …,
// "label": …}} shows a line that leaves after eight seconds, but not under the pointer or the focus. The summary of
// errors takes the focus when it appears. After a swap the focus goes to the element of the same id, name or address, else to
// the place of the swap, never to the top of the page.
{
  const toast = ({ text, url, label }) => {
    const room = document.getElementById("toasts");
    if (!room || !text) return;
    const line = document.createElement("div"), word = document.createElement("span"), close = document.createElement("button");
    line.className = "toast-line";
    word.textContent = text;
    line.append(word);
    if (url) { const link = document.createElement("a"); link.href = url; link.textContent = label; line.append(link); }
    close.type = "button"; close.textContent = room.dataset.close;
    close.addEventListener("click", () => line.remove());
    line.append(close);
    room.append(line);
    const leave = () => { if (line.matches(":hover, :focus-within")) setTimeout(leave, 2000); else line.remove(); };
    setTimeout(leave, 8000);
  };
  addEventListener("toast", (event) => toast(event.detail));
  document.querySelector("[data-errors]")?.focus();
  let held = null;
  addEventListener("htmx:beforeSwap", (event) => {
    const here = document.activeElement, target = event.detail.target;
    held = here && target?.contains(here) ? { id: here.id, name: here.getAttribute("name"), value: here.getAttribute("value"), href: here.getAttribute("href"), target: target.id } : null;
  });
  addEventListener("htmx:afterSettle", () => {
    document.querySelector("[data-errors]")?.focus();
    if (!held || (document.activeElement && document.activeElement !== document.body)) { held = null; return; }
    const like = (name, value) => (value ? `[${name}="${CSS.escape(value)}"]` : "");
    const same = held.id ? document.getElementById(held.id) : (held.name || held.href) && document.querySelector(like("name", held.name) + like("value", held.value) + like("href", held.href));
    const place = same || document.getElementById(held.target) || document.getElementById("main");
    if (place && !same) place.tabIndex = -1;
    place?.focus({ preventScroll: true });
    held = null;
  });
}
