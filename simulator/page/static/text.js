/** Text with the platform's entities, as nodes. Offsets count UTF-16 units, as strings do here. */

import { h } from "./dom.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote", date_time: "time",
};

/**
 * The nodes of a text. `acts` says what a tap does: `command(text)`, `link(url)`; without it, links are plain.
 */
export function formatted(text, entities = [], acts = null) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return between(text, 0, text.length, sorted, acts);
}

function between(text, start, end, entities, acts) {
  const nodes = [];
  let at = start;
  for (let i = 0; i < entities.length; ) {
    const entity = entities[i];
    const stop = Math.min(entity.offset + entity.length, end);
    let next = i + 1;
    while (next < entities.length && entities[next].offset < stop) next++;
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    const inner = between(text, entity.offset, stop, entities.slice(i + 1, next), acts);
    nodes.push(element(entity, text.slice(entity.offset, stop), inner, acts));
    at = stop;
    i = next;
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}

function element(entity, plain, inner, acts) {
  switch (entity.type) {
    case "spoiler":
      return spoiler(inner, acts);
    case "bot_command":
      return acts ? h("button", { type: "button", class: "command", onclick: () => acts.command(plain) }, inner) : plain;
    case "text_link":
      return anchor(entity.url, inner, acts);
    case "url":
      return anchor(/^[a-z]+:/i.test(plain) ? plain : `https://${plain}`, inner, acts);
    case "email":
      return anchor(`mailto:${plain}`, inner, acts);
    case "mention": case "text_mention": case "hashtag": case "cashtag": case "phone_number":
      return h("span", { class: "mention" }, inner);
    default:
      return h(TAGS[entity.type] ?? "span", {}, inner);
  }
}

function anchor(url, inner, acts) {
  if (!acts) return h("span", { class: "mention" }, inner);
  if (startPayload(url) !== null) {
    return h("button", { type: "button", class: "command", title: url, onclick: () => acts.link(url) }, inner);
  }
  if (!/^(https?|mailto|tg):/i.test(url)) return h("span", {}, inner); // never javascript:
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, inner);
}

function spoiler(inner, acts) {
  if (!acts) return h("span", { class: "spoiler" }, "▒▒▒");
  const open = (event) => event.currentTarget.classList.add("open");
  return h("button", { type: "button", class: "spoiler", onclick: open }, inner);
}

/** The start payload of a link to a bot ("" when it has none), or null for any other link. */
export function startPayload(url) {
  if (!URL.canParse(url)) return null;
  const { hostname, pathname, searchParams } = new URL(url);
  if (!["t.me", "telegram.me"].includes(hostname) || !/^\/\w+bot\/?$/i.test(pathname)) return null;
  return searchParams.get("start") ?? "";
}
