/** The page: panes side by side, the people and chats on the left, the clock above, the drawer on the right. */

import { Chats, People } from "./chats.js";
import { ClockBar } from "./clock.js";
import { h } from "./dom.js";
import { Drawer } from "./drawer.js";
import { Pane } from "./pane.js";
import { Store, summary } from "./store.js";
import * as toasts from "./toasts.js";
import { Wire } from "./wire.js";
import { speak, switchLanguage, t, useZone } from "./words.js";

const THEME = "banxue-theme"; // localStorage: light or dark; absent, the system decides
const PLACES = "banxue-panes"; // sessionStorage: what each tab looks at
const MOST_PANES = 4;

class App {
  store = new Store();
  panes = [];
  active = null;

  constructor(root) {
    this.root = root;
    this.wire = new Wire({
      onHello: (event, fresh) => this.#hello(event, fresh),
      onEvent: (event) => this.store.take(event),
      onState: (online) => this.#online(online),
    });
    this.store.addEventListener("draw", () => this.#update());
    this.store.addEventListener("toast", ({ detail }) => this.#told(detail));
    this.store.addEventListener("message", ({ detail }) => this.#heard(detail));
    this.store.addEventListener("open", ({ detail }) => this.panes.find(({ place }) => place.person === detail.person)?.toPrivate());
    for (const change of ["focus", "resize"]) window.addEventListener(change, () => this.store.changed(change));
    document.addEventListener("keydown", (event) => this.#key(event));
    this.wire.connect();
  }

  // --- coming in -----------------------------------------------------------------------------------

  #hello(event, fresh) {
    this.store.session = event.session;
    speak(event.locale);
    useZone(event.clock.zone);
    this.store.hello(event, fresh);
    if (!this.people) this.#build();
    this.#seat();
  }

  #build() {
    document.title = t("app");
    this.people = new People(this);
    this.chats = new Chats(this);
    this.clock = new ClockBar(this);
    this.drawer = new Drawer(this);
    this.main = h("main", { class: "panes", "aria-label": t("conversation") });
    this.news = h("div", { class: "visually-hidden", "aria-live": "polite" });
    this.root.replaceChildren(this.clock.element, h("div", { class: "columns" }, this.people.element, this.chats.element, this.main, this.drawer.element), this.news);
  }

  /** Sit down where this tab last was, or as the first person in their private chat. */
  #seat() {
    const known = ({ person, chat }) => this.store.people.has(person) && this.store.chats.get(chat)?.people.includes(person);
    if (this.panes.length === 0) {
      for (const place of JSON.parse(sessionStorage.getItem(PLACES) ?? "[]").filter(known)) this.#addPane(place);
    }
    for (const pane of this.panes.filter(({ place }) => !known(place))) this.#resettle(pane);
    const [first] = this.store.people.values();
    if (this.panes.length === 0 && first) this.#addPane(this.#home(first.id));
    this.activate(this.panes[0]);
  }

  #resettle(pane) {
    const person = this.store.people.has(pane.place.person) ? pane.place.person : [...this.store.people.keys()][0];
    pane.open(this.#home(person));
  }

  #home(person) {
    return { person, chat: this.store.privateChat(person)?.id };
  }

  #online(online) {
    this.store.online = online;
    this.store.changed("online");
  }

  #told({ person, text, alert }) {
    const pane = this.active?.place.person === person ? this.active : this.panes.find(({ place }) => place.person === person);
    if (!pane) return;
    if (alert) toasts.alert(pane.person, text);
    else toasts.toast(pane, text);
  }

  /** Read new messages of the chat in use to those who listen to the page. */
  #heard(event) {
    const { active } = this;
    if (!active || active.place.chat !== event.chat || !this.store.isLive(event)) return;
    if (event.message.from.id !== active.place.person) this.news.textContent = `${event.message.from.name}: ${summary(event.message)}`;
  }

  // --- drawing -------------------------------------------------------------------------------------

  #update() {
    if (!this.people) return;
    this.root.classList.toggle("several", this.panes.length > 1);
    this.people.update();
    this.chats.update();
    this.clock.update();
    for (const pane of this.panes) {
      pane.element.classList.toggle("active", pane === this.active);
      if (pane.chat?.gone) this.#followGroup(pane);
      pane.update();
    }
    this.drawer.update();
  }

  /** A group that became a supergroup goes on under another number. */
  #followGroup(pane) {
    const next = this.store.chatsOf(pane.place.person).find(({ title, kind }) => title === pane.chat.title && kind !== "private");
    pane.open(next ? { person: pane.place.person, chat: next.id } : this.#home(pane.place.person));
  }

  // --- panes ---------------------------------------------------------------------------------------

  #addPane(place) {
    const pane = new Pane(this, place);
    this.panes.push(pane);
    this.main.append(pane.element);
    return pane;
  }

  activate(pane) {
    if (this.active === pane) return;
    this.active = pane;
    this.remember();
    this.store.changed("active");
  }

  /** Become another person in the active pane: the same chat when they are in it, else their private one. */
  become(person) {
    const here = this.active.place;
    if (here.person === person) return;
    const shared = this.active.chat?.kind !== "private" && this.active.chat?.people.includes(person);
    this.active.open(shared ? { ...here, person } : this.#home(person));
  }

  go(place) {
    this.active.open(place);
    this.root.classList.add("in-chat");
  }

  /** On a phone the chats and the conversation take turns. */
  showChats() {
    this.root.classList.remove("in-chat");
    this.chats.list.querySelector("[aria-current]")?.focus();
  }

  /** One more pane, for the next person not yet shown; with its own chat. */
  openBeside() {
    if (this.panes.length >= MOST_PANES) return;
    const shown = new Set(this.panes.map(({ place }) => place.person));
    const next = [...this.store.people.keys()].find((id) => !shown.has(id)) ?? this.active.place.person;
    this.activate(this.#addPane(this.#home(next)));
    this.remember();
  }

  closePane(pane) {
    if (this.panes.length === 1) return;
    this.panes = this.panes.filter((other) => other !== pane);
    pane.element.remove();
    this.activate(this.panes.at(-1));
    this.active.composer.field.focus();
    this.remember();
  }

  remember() {
    sessionStorage.setItem(PLACES, JSON.stringify(this.panes.map(({ place }) => place)));
  }

  toggleDrawer() {
    const open = !this.drawer.open;
    this.drawer.element.hidden = !open;
    this.root.classList.toggle("with-drawer", open);
    this.clock.drawerButton.setAttribute("aria-expanded", open);
    this.drawer.update();
    if (open) this.drawer.tabs.find((tab) => tab.tabIndex === 0).focus();
    else this.clock.drawerButton.focus();
  }

  // --- acting --------------------------------------------------------------------------------------

  /** Ask the server for something: what it answers, or null when it refuses, which is shown. */
  async act(act) {
    try {
      return await this.wire.do(act);
    } catch (error) {
      this.#failed(error.message);
      return null;
    }
  }

  async upload(query, file) {
    const form = new FormData();
    form.append("file", file, file.name);
    try {
      const answer = await fetch(`/upload?${new URLSearchParams(query)}`, { method: "POST", body: form });
      if (!answer.ok) this.#failed(await answer.text());
      return answer.ok;
    } catch {
      this.#failed(t("connecting"));
      return false;
    }
  }

  #failed(why) {
    if (this.active) this.toast(this.active, t("failed", { why: why === "offline" ? t("connecting") : why }));
  }

  toast(pane, text) {
    toasts.toast(pane, text);
  }

  // --- the visitor's own wishes --------------------------------------------------------------------

  switchLanguage() {
    switchLanguage();
    location.reload(); // everything is said anew; the server tells the whole story again
  }

  isDark() {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  switchTheme() {
    const theme = this.isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    localStorage.setItem(THEME, theme);
  }

  #key(event) {
    const number = event.altKey && /^Digit[1-9]$/.test(event.code) ? Number(event.code.at(-1)) : 0;
    const person = number && [...this.store.people.keys()][number - 1];
    if (person === undefined || !number) return;
    event.preventDefault();
    this.become(person);
  }
}

const chosen = localStorage.getItem(THEME);
if (chosen) document.documentElement.dataset.theme = chosen;
new App(document.getElementById("app"));
