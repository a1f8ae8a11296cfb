// Opens every dialog, menu and fold of a page in turn and lets axe look into it. What looks like one that was seen
// already is left out, and so is the dialog that has no words before an act asks.
// Given: the rules, and the looks of those seen; told: looks, name and violations of each.
async ([rules, seen]) => {
  const found = [], known = new Set(seen);
  const look = async (part, open, shut) => {
    const looks = part.innerHTML.replace(/\d+/g, "").replace(/(value|aria-label|for|id|name)="[^"]*"/g, "");
    if (known.has(looks)) return;
    known.add(looks);
    open();
    const told = await axe.run(part, { runOnly: rules, resultTypes: ["violations"] });
    found.push([looks, part.id || part.className, told.violations.map((v) => [v.id, v.impact, v.help, v.nodes.slice(0, 4).map((n) => n.html.slice(0, 160))])]);
    shut();
  };
  for (const dialog of document.querySelectorAll("dialog:not([open], #confirm)")) await look(dialog, () => dialog.showModal(), () => dialog.close());
  for (const menu of document.querySelectorAll("details:not([open])")) if (menu.checkVisibility()) {
    const list = menu.querySelector(":scope > :not(summary)");
    if (list) await look(list, () => { menu.open = true; }, () => { menu.open = false; });
  }
  return found;
}
