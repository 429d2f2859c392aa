/** Small menus: what can be done with a message, what can be attached. */

import { h } from "./dom.js";
import { t } from "./words.js";

const EMOJI = ["👍", "❤", "🔥", "👏", "🙏", "🎉"]; // among those the platform lets anyone react with

/** Open a menu near an element; arrows move, Escape closes and gives the focus back. */
export function openMenu(origin, lines, { point = null, reactions = null } = {}) {
  document.querySelector(".menu")?.remove();
  const before = document.activeElement;
  const menu = h("div", { class: "menu", role: "menu" });
  const shut = (focus = true) => {
    menu.remove();
    document.removeEventListener("pointerdown", outside, true);
    if (focus && before?.isConnected) before.focus({ preventScroll: true });
  };
  const outside = (event) => !menu.contains(event.target) && shut(false);
  const choose = (act) => () => {
    shut();
    act();
  };
  if (reactions) {
    menu.append(h("div", { class: "menu-reactions", role: "group", "aria-label": t("reactions") }, EMOJI.map((emoji) =>
      h("button", { type: "button", role: "menuitem", class: "menu-emoji", "aria-label": t("react", { emoji }), onclick: choose(() => reactions(emoji)) }, emoji))));
  }
  menu.append(...lines.map(({ words, act, danger }) =>
    h("button", { type: "button", role: "menuitem", class: `menu-line ${danger ? "danger" : ""}`, onclick: choose(act) }, words)));
  menu.addEventListener("keydown", (event) => move(event, menu, shut));
  document.body.append(menu);
  place(menu, origin, point);
  document.addEventListener("pointerdown", outside, true);
  menu.querySelector("button").focus();
}

function move(event, menu, shut) {
  const buttons = [...menu.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (step) {
    event.preventDefault();
    buttons[(at + step + buttons.length) % buttons.length].focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    shut();
  }
}

function place(menu, origin, point) {
  const from = origin.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const x = point?.x ?? from.left;
  const y = point?.y ?? (from.bottom + height < innerHeight ? from.bottom : from.top - height);
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, innerHeight - height - 8))}px`;
}
