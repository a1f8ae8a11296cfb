"""What a picture shows to be wrong and a machine can see: scrolling sideways, words cut off or on top of others.

Whether words are good ones, and a page is calm, people have to look at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from playwright.sync_api import Page

LOOK: Final = """() => {
  const told = new Set(), lines = [], modal = document.querySelector("dialog:modal");
  const name = (el) => `“${el.textContent.trim().replace(/\\s+/g, " ").slice(0, 40)}”`;
  const clipped = (el) => el !== null && (getComputedStyle(el).clipPath.startsWith("inset(50%") || clipped(el.parentElement));
  const seen = (el) => el.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && !el.closest("svg, canvas, .skip, .clip") && (!modal || modal.contains(el)) && !clipped(el);
  const layer = (el) => el.closest("dialog, .menu-list");
  for (const el of document.querySelectorAll("body *")) {
    if (!seen(el)) continue;
    const look = getComputedStyle(el), hides = (flow) => flow === "hidden" || flow === "clip";
    if (hides(look.overflowX) && el.clientWidth > 2 && el.scrollWidth > el.clientWidth + 1 && look.textOverflow !== "ellipsis")
      told.add(`${name(el)} is cut off`);
    for (const node of el.childNodes) {
      if (node.nodeType !== 3 || !node.data.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) if (box.width > 2) lines.push([box, el]);
    }
  }
  for (let i = 0; i < Math.min(lines.length, 1200); i++) for (let j = i + 1; j < Math.min(lines.length, 1200); j++) {
    const [a, one] = lines[i], [b, two] = lines[j];
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left), down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (one !== two && layer(one) === layer(two) && across > 3 && down > 6) told.add(`${name(one)} and ${name(two)} stand on each other`);
  }
  const aside = document.documentElement.scrollWidth - innerWidth;
  if (aside > 0) told.add(`scrolls sideways by ${aside}`);
  return [...told];
}"""  # noqa: E501


def faults(page: Page) -> list[str]:
    found: list[Any] = page.evaluate(LOOK)
    return [str(fault) for fault in found]
