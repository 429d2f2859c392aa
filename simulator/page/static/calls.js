/** The calls the bot makes to the platform, as they happen. */

import { attribute, h, keyed } from "./dom.js";
import { dayAndTime, t } from "./words.js";

const SHOWN = 200; // of the calls kept, the latest; more would only be scrolled past

export class Calls {
  #wanted = "";

  constructor(app) {
    this.app = app;
    this.list = h("ol", { class: "call-list" });
    this.empty = h("p", { class: "nothing" }, t("callsNone"));
    const filter = h("input", { type: "search", class: "filter", placeholder: t("filter"), "aria-label": t("filter"), oninput: () => {
      this.#wanted = filter.value.trim().toLowerCase();
      this.update();
    } });
    const clear = h("button", { type: "button", class: "text-button", onclick: () => {
      app.store.calls = [];
      this.update();
    } }, t("clear"));
    this.element = h("section", { class: "drawer-part", "aria-label": t("calls") }, h("div", { class: "drawer-tools" }, filter, clear), this.empty, this.list);
  }

  update() {
    const fitting = this.app.store.calls.filter(({ method }) => method.toLowerCase().includes(this.#wanted));
    const shown = fitting.slice(-SHOWN).reverse();
    attribute(this.empty, "hidden", shown.length > 0);
    keyed(this.list, shown, ({ seq }) => seq, (call) => line(call));
  }
}

function line({ method, params, answer, at }) {
  const refused = answer?.ok === false;
  const code = refused ? String(answer.error_code ?? "✕") : answer === null || answer === undefined ? "…" : "ok";
  const details = h("details", {},
    h("summary", {}, h("span", { class: "call-method" }, method), h("span", { class: `call-code ${refused ? "refused" : ""}` }, code), h("time", {}, dayAndTime(new Date(at)))),
    answer?.error_code === 404 ? h("p", { class: "warning", role: "note" }, `⚠ ${method}: ${t("unknownMethod")}`) : null);
  details.addEventListener("toggle", () => {
    if (details.querySelector("pre")) return;
    details.append(h("h4", {}, t("parameters")), h("pre", { tabindex: 0 }, pretty(params)), h("h4", {}, t("answer")), h("pre", { tabindex: 0 }, pretty(answer)));
  });
  return h("li", { class: `call ${refused ? "refused" : ""}` }, details);
}

function pretty(value) {
  return JSON.stringify(value ?? null, null, 2);
}
