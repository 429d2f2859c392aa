/** One person looking at one chat: header, pinned message, conversation, composer. */

import { openMenu } from "./actions.js";
import { Composer } from "./composer.js";
import { attribute, avatar, h, icon, iconButton, keyed, words } from "./dom.js";
import { draw, itemsOf } from "./messages.js";
import { summary } from "./store.js";
import { startPayload } from "./text.js";
import { roleName, t } from "./words.js";
import { WindowedList } from "./window.js";

export class Pane {
  #drawn = "";
  #choices = new Map(); // person, chat and message → options chosen here

  constructor(app, place) {
    this.app = app;
    this.place = { thread: null, ...place };
    this.title = h("h2", { class: "pane-title" });
    this.subtitle = h("div", { class: "pane-subtitle", "aria-live": "polite" });
    this.portrait = h("span", {});
    this.threads = h("div", { class: "threads", role: "tablist", "aria-label": t("threads"), hidden: true });
    this.pin = h("button", { type: "button", class: "pinned", hidden: true, onclick: () => this.goTo(this.pinnedId) });
    this.scroller = h("div", { class: "scroller", role: "feed", tabindex: 0, "aria-label": t("messages"), onkeydown: (event) => this.#key(event) });
    this.empty = h("p", { class: "empty", hidden: true }, h("span", {}, t("nothingYet")));
    this.down = iconButton("down", t("toBottom"), () => this.list.toEnd(), { class: "icon-button to-end", hidden: true });
    this.composer = new Composer(this);
    this.toasts = h("div", { class: "toasts", role: "status" });
    this.element = h("section", { class: "pane" }, this.#header(), this.threads, this.pin,
      h("div", { class: "conversation" }, this.scroller, this.empty, this.down, this.toasts), this.composer.element);
    this.element.addEventListener("focusin", () => this.app.activate(this));
    this.element.addEventListener("pointerdown", () => this.app.activate(this));
    this.list = new WindowedList(this.scroller, (item) => draw(item, this), { onMove: () => this.#moved() });
  }

  #header() {
    return h("header", { class: "pane-header" },
      iconButton("back", t("back"), () => this.app.showChats(), { class: "icon-button back" }),
      this.portrait,
      h("div", { class: "pane-words" }, this.title, this.subtitle),
      iconButton("split", t("aside"), () => this.app.openBeside(), { class: "icon-button split" }),
      iconButton("more", t("chatMenu"), (event) => this.#chatMenu(event.currentTarget), { "aria-haspopup": "menu" }),
      iconButton("close", t("closePane"), () => this.app.closePane(this), { class: "icon-button close-pane" }));
  }

  get person() {
    return this.app.store.people.get(this.place.person) ?? { id: this.place.person, name: "", role: "" };
  }

  get chat() {
    return this.app.store.chats.get(this.place.chat) ?? null;
  }

  open(place) {
    this.place = { thread: null, ...place };
    this.#drawn = "";
    this.list.atEnd = true;
    this.composer.moveTo(`${this.place.person} ${this.place.chat} ${this.place.thread}`);
    this.toasts.replaceChildren(); // they were for whoever sat here before
    this.app.remember();
    this.app.store.changed("place");
  }

  // --- drawing -------------------------------------------------------------------------------------

  update() {
    const { store } = this.app;
    const { chat, person } = this;
    attribute(this.element, "hidden", !chat);
    if (!chat) return;
    if (chat.kind === "forum" && this.place.thread === null) this.place.thread = 0;
    this.#heading(chat, person);
    this.#threads(chat);
    const stamp = `${store.session} ${chat.id} ${this.place.thread} ${person.id} ${chat.version}`;
    if (stamp !== this.#drawn) this.#messages(chat, person, stamp);
    if (document.hasFocus() && this.list.atEnd) store.read(chat, person.id);
    const isPrivate = chat.kind === "private";
    this.composer.update({
      commands: isPrivate ? store.menus.get(person.id) ?? [] : [],
      keyboard: store.keyboards.get(`${chat.id}:${person.id}`) ?? null,
      fresh: isPrivate && chat.messages.size === 0,
      blocked: isPrivate && store.blocked.has(person.id),
    });
  }

  #heading(chat, person) {
    const title = chatTitle(chat);
    words(this.title, title);
    if (this.portrait.dataset.of !== `${person.id}`) {
      this.portrait.dataset.of = `${person.id}`;
      this.portrait.replaceChildren(avatar(person.id, person.name, "small"));
    }
    const { online } = this.app.store;
    const typing = chat.typingUntil > performance.now();
    const usual = `${t("as", { name: person.name })} · ${roleName(person.role)}`;
    words(this.subtitle, !online ? t("connecting") : typing ? t("typing") : usual);
    this.subtitle.classList.toggle("typing", online && typing);
    attribute(this.element, "aria-label", t("pane", { person: person.name, chat: title }));
  }

  #threads(chat) {
    const shown = chat.kind === "forum" ? [{ id: 0, name: t("general") }, ...(chat.threads ?? []).filter(({ id }) => id !== 0)] : [];
    attribute(this.threads, "hidden", shown.length === 0);
    keyed(this.threads, shown, ({ id }) => id,
      ({ id, name }) => h("button", { type: "button", role: "tab", class: "thread", onclick: () => this.open({ ...this.place, thread: id }) }, name),
      (tab, { id }) => attribute(tab, "aria-selected", id === this.place.thread));
  }

  #messages(chat, person, stamp) {
    this.#drawn = stamp;
    const messages = this.app.store.visible(chat, person.id, this.place.thread);
    this.list.show(itemsOf(messages, person.id));
    attribute(this.empty, "hidden", messages.length > 0);
    this.pinnedId = chat.pinned.get(this.place.thread) ?? chat.pinned.get(null) ?? null;
    const pinned = this.pinnedId === null ? null : chat.messages.get(this.pinnedId);
    attribute(this.pin, "hidden", !pinned);
    if (pinned) this.pin.replaceChildren(icon("pin"), h("span", { class: "pinned-words" }, h("strong", {}, t("pinned")), h("span", {}, summary(pinned))));
    this.#moved();
  }

  #moved() {
    attribute(this.down, "hidden", this.list.atEnd);
    if (this.list.atEnd && this.chat && document.hasFocus()) this.app.store.read(this.chat, this.person.id);
  }

  // --- what the person does ------------------------------------------------------------------------

  #act(act) {
    return this.app.act({ person: this.person.id, chat: this.chat.id, ...act });
  }

  async say(text, replyTo) {
    this.list.atEnd = true;
    return this.#act({ do: "say", thread: this.place.thread ?? 0, text, ...(replyTo ? { reply_to: replyTo } : {}) });
  }

  start() {
    const blocked = this.app.store.blocked.has(this.person.id);
    return blocked ? this.app.act({ do: "unblock", person: this.person.id }) : this.#link("");
  }

  edit(message, text) {
    return this.#act({ do: "edit", message: message.id, text });
  }

  react(message, emoji) {
    return this.#act({ do: "react", message: message.id, emoji: emoji ?? "" }); // nothing takes it back
  }

  async vote(message, options) {
    const key = this.#choiceKey(message);
    this.#choices.set(key, options);
    if (!(await this.#act({ do: "vote", message: message.id, options }))) this.#choices.delete(key);
    this.#drawn = "";
    this.app.store.changed("vote");
  }

  choicesIn(message) {
    return message.poll?.votes?.[this.person.id] ?? this.#choices.get(this.#choiceKey(message)) ?? [];
  }

  #choiceKey(message) {
    return `${this.person.id} ${this.chat.id} ${message.id}`;
  }

  async tap(message, row, column) {
    this.#led(await this.#act({ do: "tap", message: message.id, row, column }));
  }

  /** Where a tap or link led: into the private chat, out of the platform, or onto the clipboard. */
  #led(answer) {
    if (answer?.chat !== undefined) this.toPrivate();
    if (/^https?:/i.test(answer?.url ?? "")) window.open(answer.url, "_blank", "noopener");
    if (answer?.copy) {
      navigator.clipboard?.writeText(answer.copy);
      this.tell(t("copied"));
    }
  }

  command(text) {
    return this.say(text);
  }

  link(url) {
    return this.#link(startPayload(url) ?? "");
  }

  async #link(payload) {
    this.#led(await this.app.act({ do: "link", person: this.person.id, payload }));
  }

  async upload(kind, file, caption) {
    if (!file) return false;
    this.list.atEnd = true;
    return this.app.upload({ person: this.person.id, chat: this.chat.id, thread: this.place.thread ?? 0, kind, caption }, file);
  }

  /** As the platform's clients do when a link leads to the bot. */
  toPrivate() {
    const chat = this.app.store.privateChat(this.person.id);
    if (chat && chat.id !== this.place.chat) this.open({ person: this.person.id, chat: chat.id });
  }

  // --- menus ---------------------------------------------------------------------------------------

  openActions(event, message, origin) {
    event.preventDefault();
    const own = message.from.id === this.person.id;
    const lines = [{ words: t("reply"), act: () => this.composer.replyTo(message) }];
    if (message.text) lines.push({ words: t("copy"), act: () => navigator.clipboard?.writeText(message.text) });
    if (own && message.text) lines.push({ words: t("edit"), act: () => this.composer.change(message) });
    if (own) lines.push({ words: t("delete"), danger: true, act: () => this.#act({ do: "delete", message: message.id }) });
    const point = event.type === "contextmenu" && event.clientX ? { x: event.clientX, y: event.clientY } : null;
    openMenu(origin, lines, { point, reactions: (emoji) => this.react(message, emoji) });
  }

  #chatMenu(origin) {
    const blocked = this.app.store.blocked.has(this.person.id);
    openMenu(origin, [
      { words: t("aside"), act: () => this.app.openBeside() },
      { words: t(blocked ? "unblockBot" : "blockBot"), danger: !blocked, act: () => this.app.act({ do: blocked ? "unblock" : "block", person: this.person.id }) },
    ]);
  }

  // --- moving --------------------------------------------------------------------------------------

  goTo(id) {
    const node = this.list.reveal(`m ${id}`);
    node?.classList.add("flash");
    node?.addEventListener("animationend", () => node.classList.remove("flash"), { once: true });
    node?.focus({ preventScroll: true });
  }

  focusLast() {
    this.list.last()?.focus();
  }

  lastFromBot() {
    const seen = this.chat ? this.app.store.visible(this.chat, this.person.id, this.place.thread) : [];
    return seen.findLast(({ from }) => from.bot) ?? null;
  }

  #key(event) {
    const row = event.target.closest?.("article");
    if (["ArrowUp", "ArrowDown"].includes(event.key)) {
      event.preventDefault();
      const next = row ? this.list.neighbour(row, event.key === "ArrowUp" ? -1 : 1) : this.list.last();
      if (next) next.focus();
      else if (event.key === "ArrowDown") this.composer.field.focus();
    } else if (event.key === "End" && event.target === this.scroller) {
      this.list.toEnd();
    } else if (event.key === "Escape") {
      this.composer.field.focus();
    } else if (row && event.target === row && event.key === "Enter") {
      event.preventDefault(); // else the same key would choose the menu's first line
      row.querySelector(".actions")?.click();
    }
  }

  tell(text) {
    this.app.toast(this, text);
  }
}

/** A chat's name: the private chat is named after the bot, as its owner sees it. */
export function chatTitle(chat) {
  return chat.kind === "private" ? t("privateTitle") : chat.title;
}
