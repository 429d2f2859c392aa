/** Bubbles: from a chat's messages to the items of a list, and from an item to an element. */

import { avatar, h, icon } from "./dom.js";
import { inlineKeyboard } from "./keyboards.js";
import { mediaOf } from "./media.js";
import { poll } from "./polls.js";
import { summary } from "./store.js";
import { formatted } from "./text.js";
import { dayTitle, hourMinute, t } from "./words.js";

const TOGETHER = 10 * 60_000; // milliseconds within which one sender's messages stand as one block

/** Days, albums and single messages, each knowing whether it begins or ends its sender's block, and who reads it. */
export function itemsOf(messages, reader) {
  const items = [];
  let day = "";
  for (const message of messages) {
    if (message.day !== day) {
      items.push({ key: `day ${message.day}`, version: 0, day: message.at });
      day = message.day;
    }
    const last = items.at(-1);
    if (message.album && last.messages?.[0].album === message.album) last.messages.push(message);
    else items.push({ key: `m ${message.id}`, messages: [message] });
  }
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (item.day) continue;
    item.first = !together(items[i - 1], item);
    item.last = !together(item, items[i + 1]);
    item.version = `${reader} ${item.messages.map(({ version }) => version)} ${item.first} ${item.last}`;
  }
  return items;
}

function together(before, after) {
  if (!before?.messages || !after?.messages) return false;
  const [one, two] = [before.messages.at(-1), after.messages[0]];
  return !one.service && !two.service && one.from.id === two.from.id && two.at - one.at < TOGETHER;
}

/** Draw an item. `view` is the pane: who looks, at which chat, and what their taps do. */
export function draw(item, view) {
  if (item.day) return h("article", { class: "day", tabindex: -1 }, h("span", {}, dayTitle(item.day)));
  const message = item.messages.at(-1);
  if (message.service) return h("article", { class: "day service", tabindex: -1 }, h("span", {}, summary(message)));
  const out = message.from.id === view.person.id;
  const portrait = !out && view.chat.kind !== "private";
  const row = h("article", {
    class: `row ${out ? "out" : "in"} ${item.first ? "first" : ""} ${item.last ? "last" : ""} ${portrait ? "with-portrait" : ""}`,
    tabindex: -1,
    "aria-label": label(item),
  });
  if (portrait && item.last) row.append(avatar(message.from.id, message.from.name, "small"));
  row.append(h("div", { class: "body" }, bubble(item, view, portrait && item.first), inlineKeyboard(message, view)));
  row.addEventListener("contextmenu", (event) => view.openActions(event, message, row));
  return row;
}

function label({ messages }) {
  const message = messages.at(-1);
  return `${message.from.name}, ${hourMinute(message.at)}: ${summary(messages.find(({ text }) => text) ?? message)}`;
}

function bubble(item, view, named) {
  const message = item.messages.at(-1);
  const written = item.messages.find(({ text }) => text);
  const pictured = item.messages.every(({ media }) => media && ["photo", "video"].includes(media.kind));
  const element = h("div", { class: `bubble ${pictured ? "pictured" : ""} ${written ? "" : "wordless"}` });
  if (named) element.append(h("div", { class: `name ink-${Math.abs(message.from.id) % 7}` }, message.from.name, message.from.bot ? h("span", { class: "badge" }, t("bot")) : null));
  if (message.only_for) element.append(h("div", { class: "only" }, `👁 ${t("onlyYou")}`));
  if (message.reply_to) element.append(quoted(message, view));
  if (message.media) element.append(...mediaOf(item.messages));
  if (message.poll) element.append(poll(message.poll, view.choicesIn(message), (options) => view.vote(message, options)));
  const words = h("div", { class: "text" });
  if (written) words.append(...formatted(written.text, written.entities, view));
  words.append(meta(message, view));
  element.append(words);
  if (message.reactions?.length) element.append(reactions(message, view));
  element.append(h("button", {
    type: "button", class: "actions", "aria-label": t("actions"), tabindex: -1, "aria-haspopup": "menu",
    onclick: (event) => view.openActions(event, message, element),
  }, icon("more")));
  return element;
}

function meta(message, view) {
  const element = h("span", { class: "meta" });
  if (message.edited) element.append(`${t("edited")} `);
  element.append(h("time", { datetime: message.at.toISOString() }, hourMinute(message.at)));
  if (message.from.id === view.person.id) element.append(icon("ticks"));
  return element;
}

function quoted(message, view) {
  const answered = view.chat.messages.get(message.reply_to);
  const who = answered ? answered.from.name : "";
  const what = answered ? summary(answered) : t("deletedMessage");
  return h("button", { type: "button", class: "quoted", onclick: () => view.goTo(message.reply_to) },
    who ? h("span", { class: "quoted-who" }, who) : null, h("span", { class: "quoted-what" }, what));
}

/** Reactions of several people with one emoji stand together. */
function reactions(message, view) {
  const people = new Map();
  for (const { person, emoji } of message.reactions) people.set(emoji, [...(people.get(emoji) ?? []), person]);
  return h("div", { class: "reactions", role: "group", "aria-label": t("reactions") }, [...people].map(([emoji, who]) =>
    h("button", {
      type: "button", class: "reaction", "aria-label": `${emoji} ${who.length}`, "aria-pressed": String(who.includes(view.person.id)),
      "data-spot": `reaction:${emoji}`, onclick: () => view.react(message, who.includes(view.person.id) ? null : emoji),
    }, `${emoji} ${who.length}`)));
}
