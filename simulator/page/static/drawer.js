/** The drawer on the right: what comes, what the bot calls, what can go wrong. */

import { Calls } from "./calls.js";
import { Due } from "./clock.js";
import { attribute, h, iconButton } from "./dom.js";
import { Faults } from "./faults.js";
import { t } from "./words.js";

export class Drawer {
  #chosen = "due";

  constructor(app) {
    this.parts = { due: new Due(app), calls: new Calls(app), faults: new Faults(app) };
    this.tabs = Object.keys(this.parts).map((name) =>
      h("button", { type: "button", role: "tab", class: "drawer-tab", id: `tab-${name}`, "aria-controls": "drawer-body", "data-tab": name, onclick: () => this.#choose(name), onkeydown: (event) => this.#key(event) }, t(name)));
    this.body = h("div", { class: "drawer-body", id: "drawer-body", role: "tabpanel", tabindex: 0 }, Object.values(this.parts).map(({ element }) => element));
    this.element = h("aside", { class: "drawer", "aria-label": t("drawer"), hidden: true },
      h("header", { class: "drawer-header" }, h("div", { class: "drawer-tabs", role: "tablist", "aria-label": t("drawer") }, this.tabs), iconButton("close", t("close"), () => app.toggleDrawer())),
      this.body);
    this.#choose(this.#chosen);
  }

  get open() {
    return !this.element.hidden;
  }

  update() {
    if (this.open) this.parts[this.#chosen].update();
  }

  #choose(name) {
    this.#chosen = name;
    for (const tab of this.tabs) {
      const mine = tab.dataset.tab === name;
      attribute(tab, "aria-selected", mine);
      attribute(tab, "tabindex", mine ? 0 : -1);
    }
    this.body.setAttribute("aria-labelledby", `tab-${name}`);
    for (const [other, part] of Object.entries(this.parts)) attribute(part.element, "hidden", other !== name);
    this.update();
  }

  #key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = (this.tabs.indexOf(event.currentTarget) + step + this.tabs.length) % this.tabs.length;
    this.tabs[at].focus();
    this.#choose(this.tabs[at].dataset.tab);
  }
}
