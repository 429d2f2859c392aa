/** The left side: the people to be, and the chats of the one chosen. */

import { attribute, avatar, h, icon, iconButton, keyed, words } from "./dom.js";
import { chatTitle } from "./pane.js";
import { summary } from "./store.js";
import { currentLanguage, dayOf, hourMinute, roleName, shortDay, t } from "./words.js";

/** The column of people; a click makes the active pane theirs. */
export class People {
  constructor(app) {
    this.app = app;
    this.list = h("ul", { class: "people-list" });
    this.element = h("nav", { class: "people", "aria-label": t("people") }, this.list);
  }

  update() {
    const { store, active } = this.app;
    keyed(this.list, [...store.people.values()], ({ id }) => id, (person) => this.#make(person), (item, person) => {
      const button = item.firstElementChild;
      attribute(button, "aria-current", active?.place.person === person.id ? "true" : null);
      const unread = store.chatsOf(person.id).reduce((sum, chat) => sum + store.unread(chat, person.id), 0);
      badge(button, unread);
    });
  }

  #make(person) {
    return h("li", {}, h("button", { type: "button", class: "person", title: [person.name, roleName(person.role), person.unit].filter(Boolean).join(" · "), onclick: () => this.app.become(person.id) },
      avatar(person.id, person.name),
      h("span", { class: "person-name" }, person.name),
      h("span", { class: "person-role" }, roleName(person.role)),
      h("span", { class: "unread", hidden: true })));
  }
}

/** The chats of the person in the active pane. */
export class Chats {
  constructor(app) {
    this.app = app;
    this.title = h("h1", { class: "chats-title" });
    this.list = h("ul", { class: "chats-list" });
    this.state = h("div", { class: "chats-state", role: "status" });
    const header = h("header", { class: "chats-header" },
      h("div", { class: "chats-words" }, this.title, this.state),
      h("button", { type: "button", class: "text-button", lang: currentLanguage() === "zh" ? "en" : "zh-CN", "aria-label": t("switchLanguage"), onclick: () => app.switchLanguage() }, t("language")),
      this.#themeButton());
    this.element = h("nav", { class: "chats", "aria-label": t("chats") }, header, this.list);
  }

  update() {
    const { store, active } = this.app;
    const person = active?.person;
    words(this.title, person?.name ? person.name : t("app"));
    words(this.state, store.online ? [roleName(person?.role ?? ""), person?.unit].filter(Boolean).join(" · ") : t("connecting"));
    if (!person) return;
    attribute(this.list, "aria-label", t("chatsOf", { name: person.name }));
    keyed(this.list, store.chatsOf(person.id), ({ id }) => `${person.id} ${id}`, (chat) => this.#make(person, chat), (item, chat) => this.#fill(item, person, chat));
  }

  #themeButton() {
    const dark = this.app.isDark();
    return iconButton(dark ? "sun" : "moon", t(dark ? "light" : "dark"), (event) => {
      this.app.switchTheme();
      const next = this.#themeButton();
      event.currentTarget.replaceWith(next);
      next.focus();
    });
  }

  #make(person, chat) {
    const portrait = chat.kind === "private" ? h("span", { class: "avatar bot-portrait", "aria-hidden": "true" }, "学") : avatar(chat.id, chat.title.slice(0, 1));
    return h("li", {}, h("button", { type: "button", class: "chat", onclick: () => this.app.go({ person: person.id, chat: chat.id }) },
      portrait,
      h("span", { class: "chat-name" }, chat.kind === "forum" ? icon("hash") : null, h("span", {})),
      h("time", { class: "chat-time" }),
      h("span", { class: "chat-last" }),
      h("span", { class: "unread", hidden: true })));
  }

  #fill(item, person, chat) {
    const { store, active } = this.app;
    const button = item.firstElementChild;
    attribute(button, "aria-current", active.place.chat === chat.id ? "true" : null);
    words(button.querySelector(".chat-name > span"), chatTitle(chat));
    const last = store.lastMessage(chat, person.id);
    words(button.querySelector(".chat-last"), last ? lastLine(chat, last, person) : t(chat.kind === "private" ? "nothingYet" : chat.kind));
    words(button.querySelector(".chat-time"), last ? when(last.at, store.clock) : "");
    badge(button, store.unread(chat, person.id));
  }
}

function lastLine(chat, message, person) {
  const text = summary(message);
  const named = chat.kind !== "private" && message.from.id !== person.id && !message.service;
  return named ? `${message.from.name}: ${text}` : text;
}

function when(at, clock) {
  return dayOf(at) === dayOf(new Date(clock.now)) ? hourMinute(at) : shortDay(at);
}

function badge(button, count) {
  const mark = button.querySelector(".unread");
  attribute(mark, "hidden", count === 0);
  words(mark, count ? String(count) : "");
  attribute(mark, "aria-label", count ? t("unread", { n: count }) : null);
  attribute(mark, "role", count ? "img" : null);
}
