/** What the bot answers to a tap: a toast that passes, or an alert that waits for OK. */

import { h } from "./dom.js";
import { t } from "./words.js";

const SHORTEST = 3500; // milliseconds a toast stays
const PER_CHARACTER = 60; // and so much longer for each character to read
const AT_ONCE = 3;

/** Show words over a pane for as long as they take to read. */
export function toast(pane, text) {
  const element = h("div", { class: "toast" }, text);
  pane.toasts.append(element);
  while (pane.toasts.childElementCount > AT_ONCE) pane.toasts.firstElementChild.remove();
  setTimeout(() => element.remove(), SHORTEST + text.length * PER_CHARACTER);
}

/** Show words that must be put away by hand; the focus returns to where it was. */
export function alert(person, text) {
  const dialog = h("dialog", { class: "alert", role: "alertdialog", "aria-label": person.name },
    h("p", {}, text),
    h("div", { class: "alert-buttons" }, h("button", { type: "button", class: "text-button", autofocus: true, onclick: () => dialog.close() }, t("ok"))));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
