"use strict";
// Conveniences: a filter for long lists, all folds at once, open folds on paper. The page is whole
// without them.

const folds = Array.from(document.querySelectorAll("details"));

for (const box of document.querySelectorAll("[data-filter]")) {
  const list = document.querySelector(`[data-filtered="${box.dataset.filter}"]`);
  const items = Array.from(list.querySelectorAll("[data-item]"), (element) => {
    const evidence = list.querySelector(`[data-evidence="${element.id}"]`);
    const text = element.textContent + (evidence?.textContent ?? "");
    return { element, evidence, text: text.toLowerCase() };
  });
  const groups = Array.from(list.querySelectorAll("[data-group]"), (element) => ({
    element,
    name: element.querySelector("[data-name]").textContent.toLowerCase(),
    members: items.filter((item) => element.contains(item.element)),
  }));
  const [wanted, flagged] = box.querySelectorAll("input");
  const said = box.querySelector("output");

  const apply = () => {
    const word = wanted.value.trim().toLowerCase();
    let shown = 0;
    for (const { element, name, members } of groups) {
      let any = false;
      for (const item of members) {
        const fits = item.text.includes(word) || name.includes(word);
        const isShown = fits && (!flagged.checked || item.element.hasAttribute("data-flagged"));
        item.element.hidden = !isShown;
        if (item.evidence) item.evidence.hidden = !isShown;
        any ||= isShown;
        shown += isShown;
      }
      element.hidden = !any;
    }
    said.textContent = word || flagged.checked ? `${shown} of ${items.length} shown` : "";
  };

  box.addEventListener("input", apply);
  box.hidden = false;
  apply(); // a browser may have kept what was typed
}

const button = document.querySelector("[data-folds]");
if (button && folds.length) {
  const closed = button.textContent;
  button.addEventListener("click", () => {
    const open = button.textContent === closed;
    for (const fold of folds) fold.open = open;
    button.textContent = open ? "Close all folds" : closed;
  });
  button.hidden = false;
}

let opened = [];
addEventListener("beforeprint", () => {
  opened = folds.filter((fold) => !fold.open);
  for (const fold of opened) fold.open = true;
});
addEventListener("afterprint", () => {
  for (const fold of opened) fold.open = false;
});
