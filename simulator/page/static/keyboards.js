/** The buttons under a message, the keyboard below the chat, and the menu of commands. */

import { h } from "./dom.js";
import { t } from "./words.js";

/** The buttons under a message; a tap waits for the bot's answer, as the platform's clients show. */
export function inlineKeyboard(message, view) {
  if (!message.rows?.length) return null;
  return h("div", { class: "inline-keyboard" }, message.rows.map((row, y) =>
    h("div", { class: "inline-row" }, row.map((button, x) => inlineButton(message, view, button, y, x)))));
}

function inlineButton(message, view, button, row, column) {
  const element = h("button", {
    type: "button",
    class: `inline-button ${button.style ? `style-${button.style}` : ""} ${button.kind !== "callback" ? "leads-out" : ""}`,
    "data-spot": `${row}:${column}`,
  }, h("span", {}, button.text), button.kind === "callback" ? null : h("span", { class: "visually-hidden" }, ` (${t("opensLink")})`));
  element.addEventListener("click", async () => {
    element.setAttribute("aria-busy", "true");
    await view.tap(message, row, column);
    element.removeAttribute("aria-busy");
  });
  return element;
}

/** The keyboard that stands in place of letters: a tap says the words. */
export function replyKeyboard(rows, say) {
  return h("div", { class: "reply-keyboard", role: "group", "aria-label": t("replyKeyboard") }, rows.map((row) =>
    h("div", { class: "reply-row" }, row.map((words) =>
      h("button", { type: "button", class: "reply-button", onclick: () => say(words) }, words)))));
}

/** The commands a person may use, narrowed by what they have typed after the slash. */
export function commandList(commands, typed, choose) {
  const wanted = typed.slice(1).toLowerCase();
  const fitting = commands.filter(({ command }) => command.startsWith(wanted));
  return h("div", { class: "command-list", role: "group", "aria-label": t("commands") },
    fitting.length
      ? fitting.map(({ command, description }) =>
          h("button", { type: "button", class: "command-line", onclick: () => choose(`/${command}`) },
            h("span", { class: "command-name" }, `/${command}`), h("span", { class: "command-does" }, description)))
      : h("p", { class: "nothing" }, t("emptySearch")));
}
