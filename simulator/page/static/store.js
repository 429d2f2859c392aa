/** What this browser knows: people, chats, messages, the clock. Events change it; the views read it. */

import { currentLanguage, dayOf, t } from "./words.js";

const CALLS_KEPT = 1000;

export class Store extends EventTarget {
  people = new Map();
  chats = new Map();
  menus = new Map();
  keyboards = new Map(); // "chat:person" → {rows, force_reply}
  blocked = new Set();
  calls = [];
  due = [];
  faults = {};
  clock = null;
  online = false;
  liveFrom = 0; // events up to this number are history: no toasts, no unread marks
  #later = false;

  /** People and chats as the server lists them; messages stay unless the session is a new one. */
  hello(event, fresh) {
    if (fresh) {
      this.chats.clear();
      this.calls = [];
      this.keyboards.clear();
      this.menus.clear();
      this.liveFrom = event.seq;
    }
    this.people = new Map(event.people.map((person) => [person.id, person]));
    for (const chat of event.chats) this.#addChat(chat);
    this.clock = { ...event.clock, heard: performance.now() };
    this.changed("all");
  }

  /** Take one event; unknown kinds are passed by, so that an older page survives a newer server. */
  take(event) {
    this[`on_${event.kind}`]?.(event);
    this.changed(event.kind, event);
  }

  /** Views redraw once per frame, however many events came. */
  changed(kind, detail = null) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
    if (this.#later) return;
    this.#later = true;
    requestAnimationFrame(() => {
      this.#later = false;
      this.dispatchEvent(new Event("draw"));
    });
  }

  isLive(event) {
    return event.seq === undefined || event.seq > this.liveFrom;
  }

  // --- what is asked of it -------------------------------------------------------------------------

  chatsOf(personId) {
    return [...this.chats.values()]
      .filter((chat) => chat.people.includes(personId) && !chat.gone)
      .sort((a, b) => b.lastAt - a.lastAt || (a.kind === "private" ? -1 : 1));
  }

  privateChat(personId) {
    return [...this.chats.values()].find((chat) => chat.kind === "private" && chat.people.includes(personId));
  }

  /** The messages a person sees in a chat, oldest first. */
  visible(chat, personId, thread) {
    if (chat.disordered) chat.order.sort((a, b) => a - b);
    chat.disordered = false;
    const all = chat.order.map((id) => chat.messages.get(id));
    return all.filter(
      (message) =>
        (message.only_for === null || message.only_for === undefined || message.only_for === personId) &&
        (thread === null || message.thread === thread),
    );
  }

  lastMessage(chat, personId) {
    const last = chat.order.findLast((id) => {
      const { only_for: reader } = chat.messages.get(id);
      return reader === null || reader === undefined || reader === personId;
    });
    return chat.messages.get(last) ?? null;
  }

  unread(chat, personId) {
    return chat.unread.get(personId) ?? 0;
  }

  read(chat, personId) {
    if (!chat.unread.get(personId)) return;
    chat.unread.delete(personId);
    this.changed("read");
  }

  // --- events --------------------------------------------------------------------------------------

  on_message(event) {
    const chat = this.chats.get(event.chat);
    if (!chat) return;
    const known = chat.messages.has(event.message.id);
    this.#put(chat, event);
    if (known || !this.isLive(event)) return;
    for (const person of chat.people) {
      const theirs = event.message.only_for ?? person;
      if (person !== event.message.from.id && theirs === person && !event.message.service) {
        chat.unread.set(person, (chat.unread.get(person) ?? 0) + 1);
      }
    }
  }

  on_edit(event) {
    const chat = this.chats.get(event.chat);
    if (chat) this.#put(chat, event);
  }

  on_delete({ chat: id, ids }) {
    const chat = this.chats.get(id);
    if (!chat) return;
    for (const message of ids) chat.messages.delete(message);
    chat.order = chat.order.filter((message) => chat.messages.has(message));
    chat.version++;
  }

  on_pin({ chat: id, id: message, thread }) {
    const chat = this.chats.get(id);
    if (!chat) return;
    chat.pinned.set(thread ?? null, message);
    chat.version++;
  }

  on_keyboard({ chat, person, rows, force_reply }) {
    this.keyboards.set(`${chat}:${person}`, { rows, force_reply });
  }

  on_menu({ person, commands }) {
    this.menus.set(person, commands);
  }

  on_chat({ chat }) {
    this.#addChat(chat);
  }

  on_person({ person }) {
    this.people.set(person.id, person);
  }

  on_block({ person, blocked }) {
    if (blocked) this.blocked.add(person);
    else this.blocked.delete(person);
  }

  on_typing({ chat: id }) {
    const chat = this.chats.get(id);
    if (chat) chat.typingUntil = performance.now() + 5000; // as long as the platform shows it
  }

  on_call(event) {
    this.calls.push(event);
    if (this.calls.length > CALLS_KEPT) this.calls.shift();
  }

  on_clock({ kind, seq, clock, ...rest }) {
    this.clock = { ...this.clock, ...rest, ...clock, heard: performance.now() };
  }

  on_due({ items }) {
    this.due = items;
  }

  on_faults({ kind, seq, ...rest }) {
    this.faults = rest;
    if (Array.isArray(rest.blocked)) this.blocked = new Set(rest.blocked);
  }

  #put(chat, { thread, message, seq }) {
    const before = chat.messages.get(message.id);
    const at = new Date(message.at);
    chat.messages.set(message.id, { ...message, at, day: dayOf(at), thread: thread ?? 0, version: seq ?? (before?.version ?? 0) + 1 });
    if (!before) {
      chat.disordered ||= chat.order.at(-1) > message.id;
      chat.order.push(message.id);
      chat.lastAt = Math.max(chat.lastAt, at.getTime());
      chat.typingUntil = 0;
    }
    chat.version++;
  }

  #addChat(chat) {
    const known = this.chats.get(chat.id);
    const fresh = { messages: new Map(), order: [], unread: new Map(), pinned: new Map(), version: 0, lastAt: 0, typingUntil: 0 };
    this.chats.set(chat.id, { ...(known ?? fresh), ...chat });
  }
}

/** What a message says in one line, for lists, pins and replies. */
export function summary(message) {
  if (message.service) return message.service[currentLanguage()];
  if (message.text) return message.text.replaceAll(/\s+/g, " ");
  if (message.poll) return `📊 ${message.poll.question}`;
  if (message.media) return `${SIGNS[message.media.kind] ?? "📎"} ${message.media.name || t(message.media.kind)}`;
  return "";
}

const SIGNS = { photo: "🖼", video: "🎬", voice: "🎤", audio: "🎵", document: "📄", sticker: "🏷" };
