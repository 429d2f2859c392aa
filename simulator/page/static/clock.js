/** The calendar of the simulated world, its hands, and what it will bring. */

import { attribute, h, icon, keyed, words } from "./dom.js";
import { currentLanguage, dayAndTime, fullMoment, t } from "./words.js";

/** The bar on top: now, and how to move it. */
export class ClockBar {
  constructor(app) {
    this.app = app;
    this.now = h("time", { class: "now" });
    this.speed = h("span", { class: "speed" });
    const button = (to, words, { sign = null, short = "" } = {}) =>
      h("button", { type: "button", class: "clock-button", "data-to": to, "aria-label": words, title: words, onclick: ({ currentTarget }) => this.#turn(currentTarget, to) },
        sign ? icon(sign) : null, h("span", { class: "wide-only" }, words), h("span", { class: "narrow-only" }, short));
    this.pause = button("pause", t("pause"), { sign: "pause" });
    this.run = button("run", t("run"), { sign: "play" });
    this.fast = button("x60", t("x60"), { short: "60×" });
    this.drawerButton = h("button", { type: "button", class: "clock-button drawer-button", "aria-label": t("drawer"), "aria-expanded": "false", onclick: () => app.toggleDrawer() }, icon("drawer"), h("span", { class: "wide-only" }, t("drawer")));
    this.element = h("header", { class: "clock-bar", role: "region", "aria-label": t("clock") },
      h("div", { class: "clock-words" }, icon("clock"), this.now, this.speed),
      h("div", { class: "clock-buttons", role: "group", "aria-label": t("calendar") }, this.pause, this.run, this.fast, button("+1h", t("hour"), { short: t("hourShort") }), button("+1d", t("day"), { short: t("dayShort") }), button("due", t("toDue"), { sign: "next" })),
      this.drawerButton);
    setInterval(() => this.#tick(), 1000);
  }

  /** A long stretch takes the bot its time: the button says so until it has passed. */
  async #turn(button, to) {
    button.setAttribute("aria-busy", "true");
    await this.app.act({ do: "clock", to });
    button.removeAttribute("aria-busy");
  }

  update() {
    const { clock } = this.app.store;
    if (!clock) return;
    this.#tick();
    words(this.speed, t({ 0: "paused", 1: "running", 60: "fast" }[clock.speed] ?? "running"));
    for (const [button, speed] of [[this.pause, 0], [this.run, 1], [this.fast, 60]]) attribute(button, "aria-pressed", clock.speed === speed);
  }

  /** Between two words from the server the clock runs on by itself. */
  #tick() {
    const { clock } = this.app.store;
    if (!clock) return;
    const since = (performance.now() - clock.heard) * clock.speed;
    const now = new Date(new Date(clock.now).getTime() + since);
    words(this.now, fullMoment(now));
    attribute(this.now, "datetime", now.toISOString());
  }
}

/** What is due next: when, what, to whom. */
export class Due {
  constructor(app) {
    this.app = app;
    this.list = h("ol", { class: "due-list" });
    this.empty = h("p", { class: "nothing" }, t("nothingDue"));
    this.element = h("section", { class: "drawer-part", "aria-label": t("due") }, this.empty, this.list);
  }

  update() {
    const items = this.app.store.due.map((item, place) => {
      const what = item.words?.[currentLanguage()] ?? item.what;
      return { ...item, what, key: `${item.at} ${what} ${item.to} ${place}` };
    });
    attribute(this.empty, "hidden", items.length > 0);
    keyed(this.list, items, ({ key }) => key, ({ at, what, to }) =>
      h("li", { class: "due" }, h("time", { datetime: at }, dayAndTime(new Date(at))), h("span", { class: "due-what" }, what), h("span", { class: "due-to" }, to)));
  }
}
