/** What can go wrong, by a switch. */

import { attribute, h, words } from "./dom.js";
import { t } from "./words.js";

const TIMED = ["too_many", "slow"];
const AT_ONCE = ["server_error", "drop_before", "drop_after", "migrate"];

export class Faults {
  constructor(app) {
    this.app = app;
    this.seconds = h("input", { type: "number", class: "seconds", min: 1, max: 600, value: 10, id: "fault-seconds" });
    this.state = h("p", { class: "fault-state", role: "status" });
    this.block = h("button", { type: "button", class: "fault", onclick: () => this.#block() });
    const fault = (name, more = () => ({})) =>
      h("button", { type: "button", class: "fault", "data-fault": name, onclick: () => app.act({ do: "fault", name, ...this.#where(), ...more() }) }, t(`fault_${name}`));
    this.timed = TIMED.map((name) => fault(name, () => ({ seconds: this.#lasts(name) ? 0 : Number(this.seconds.value) || 1 })));
    this.element = h("section", { class: "drawer-part faults", "aria-label": t("faults") },
      h("p", { class: "hint" }, t("faultsHint")),
      h("div", { class: "fault-row" }, h("label", { for: "fault-seconds" }, t("seconds")), this.seconds,
        this.timed),
      h("div", { class: "fault-row" }, AT_ONCE.map((name) => fault(name))),
      h("div", { class: "fault-row" }, this.block,
        h("button", { type: "button", class: "fault", "data-fault": "restart", onclick: () => app.act({ do: "restart" }) }, t("restart")),
        h("button", { type: "button", class: "fault danger", "data-fault": "reset", onclick: () => this.#reset() }, t("reset"))),
      this.state);
  }

  update() {
    const { store, active } = this.app;
    const person = active?.person;
    attribute(this.block, "hidden", !person);
    if (person) words(this.block, store.blocked.has(person.id) ? t("unblockBot") : t("fault_block", { name: person.name }));
    const waiting = Object.entries(store.faults.planned ?? {}).filter(([, count]) => count).map(([name, count]) => `${t(`fault_${name}`)}: ${t("pending", { n: count })}`);
    const lasting = TIMED.filter((name) => this.#lasts(name)).map((name) => `${t(`fault_${name}`)}: ${t("lasting", { n: this.#lasts(name) })}`);
    words(this.state, [...lasting, ...waiting].join(" · "));
    for (const button of this.timed) attribute(button, "aria-pressed", this.#lasts(button.dataset.fault) > 0);
    clearTimeout(this.again);
    if (lasting.length) this.again = setTimeout(() => this.update(), 1000);
  }

  /** Seconds a spell still lasts; 0 when it is over. */
  #lasts(name) {
    const until = this.app.store.faults.lasting?.[name] ?? 0;
    return Math.max(0, Math.ceil((until - Date.now()) / 1000));
  }

  /** Which chat a fault is about, where it is about one: the chat of the active pane. */
  #where() {
    const chat = this.app.active?.place.chat;
    return chat === undefined ? {} : { chat };
  }

  #block() {
    const { store, active } = this.app;
    this.app.act({ do: store.blocked.has(active.person.id) ? "unblock" : "block", person: active.person.id });
  }

  #reset() {
    const dialog = h("dialog", { class: "alert", "aria-label": t("reset") },
      h("p", {}, t("resetAsk")),
      h("div", { class: "alert-buttons" },
        h("button", { type: "button", class: "text-button", onclick: () => dialog.close() }, t("cancel")),
        h("button", { type: "button", class: "text-button danger", onclick: () => {
          dialog.close();
          this.app.act({ do: "reset" });
        } }, t("reset"))));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }
}
