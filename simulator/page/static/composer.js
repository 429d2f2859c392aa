/** Where a person writes: text, replies, edits, files, voice, commands and the keyboard of buttons. */

import { attribute, h, icon, iconButton } from "./dom.js";
import { openMenu } from "./actions.js";
import { commandList, replyKeyboard } from "./keyboards.js";
import { summary } from "./store.js";
import { t } from "./words.js";

const TALLEST = 180; // pixels the field grows to before it scrolls

export class Composer {
  #reply = null; // the message answered
  #edit = null; // the message being changed
  #keyboard = null; // the keyboard last offered
  #keyboardOpen = true;
  #recorder = null;
  #place = ""; // whose words these are, and where
  #drafts = new Map(); // place → what was begun there

  /** `pane` says who writes where, and sends. */
  constructor(pane) {
    this.pane = pane;
    this.field = h("textarea", {
      class: "field", rows: 1, "aria-label": t("messageIn"), placeholder: t("message"), autocomplete: "off", enterkeyhint: "send",
      oninput: () => this.#typed(), onkeydown: (event) => this.#key(event),
    });
    this.context = h("div", { class: "writing-about", hidden: true });
    this.lists = h("div", { class: "lists" });
    this.keys = h("div", { class: "keys" });
    this.commands = h("button", { type: "button", class: "menu-button", "aria-label": t("commands"), "aria-expanded": "false", onclick: () => this.#toggleCommands() },
      icon("menu"), h("span", {}, t("menu")));
    this.keyboardButton = iconButton("keyboard", t("hideKeyboard"), () => this.#toggleKeyboard(), { hidden: true });
    this.attach = iconButton("clip", t("attach"), () => this.#openAttach(), { "aria-haspopup": "menu" });
    this.sendButton = iconButton("send", t("send"), () => this.#send(), { class: "icon-button send" });
    this.microphone = iconButton("microphone", t("record"), () => this.#record(), { class: "icon-button microphone" });
    this.start = h("button", { type: "button", class: "start", hidden: true, onclick: () => this.pane.start() });
    this.bar = h("div", { class: "writing" }, this.commands, this.attach, this.field, this.keyboardButton, this.sendButton, this.microphone);
    this.element = h("div", { class: "composer", onkeydown: ({ key }) => key === "Escape" && this.#closeList() }, this.lists, this.context, this.start, this.bar, this.keys);
    this.#typed();
  }

  update({ commands, keyboard, fresh, blocked }) {
    this.available = commands;
    attribute(this.commands, "hidden", !commands.length);
    attribute(this.start, "hidden", !(fresh || blocked));
    attribute(this.bar, "hidden", fresh || blocked);
    this.start.textContent = t(blocked ? "unblockBot" : "start");
    if (keyboard !== this.#keyboard) this.#offer(keyboard);
    attribute(this.keys, "hidden", fresh || blocked);
  }

  /** Take up what was begun at another place, and leave here what was begun here. */
  moveTo(place) {
    if (place === this.#place) return;
    this.#drafts.set(this.#place, this.#edit ? "" : this.field.value);
    this.#place = place;
    this.#closeList();
    this.#reply = this.#edit = null;
    this.context.hidden = true;
    this.context.replaceChildren();
    this.field.value = this.#drafts.get(place) ?? "";
    this.#typed();
  }

  replyTo(message) {
    this.#edit = null;
    this.#reply = message;
    this.#about(message, t("replyTo", { name: message.from.name }), t("cancelReply"));
    this.field.focus();
  }

  change(message) {
    this.#reply = null;
    this.#edit = message;
    this.field.value = message.text;
    this.#about(message, t("editing"), t("cancelEdit"));
    this.#typed();
    this.field.focus();
  }

  #about(message, title, cancel) {
    this.context.replaceChildren(
      icon("reply"),
      h("span", { class: "about-words" }, h("strong", {}, title), h("span", { class: "about-text" }, summary(message))),
      iconButton("close", cancel, () => this.#forget()),
    );
    this.context.hidden = false;
  }

  #forget() {
    if (this.#edit) this.field.value = "";
    this.#reply = this.#edit = null;
    this.context.hidden = true;
    this.context.replaceChildren();
    this.#typed();
    this.field.focus();
  }

  // --- writing -------------------------------------------------------------------------------------

  #typed() {
    const { field } = this;
    field.style.height = "auto";
    if (field.scrollHeight) field.style.height = `${Math.min(field.scrollHeight, TALLEST)}px`;
    const empty = field.value.trim() === "";
    attribute(this.sendButton, "hidden", empty);
    attribute(this.microphone, "hidden", !empty);
    const command = /^\/\w*$/.test(field.value) && this.available?.length;
    if (command) this.#list(field.value);
    else this.#closeList();
  }

  #key(event) {
    if (event.isComposing) return; // an input method still chooses characters
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "Escape") {
      if (this.lists.childElementCount) this.#closeList();
      else if (!this.context.hidden) this.#forget();
    } else if (event.key === "ArrowUp" && this.field.value === "") {
      event.preventDefault();
      this.pane.focusLast();
    }
  }

  async #send() {
    const text = this.field.value;
    if (!text.trim()) return;
    const [edit, reply] = [this.#edit, this.#reply];
    this.field.value = "";
    this.#edit = null;
    this.#forget();
    const sent = edit ? await this.pane.edit(edit, text) : await this.pane.say(text, reply?.id);
    if (!sent && this.field.value === "") {
      this.field.value = text; // what was written is never lost
      this.#typed();
    }
  }

  // --- commands and keyboards ----------------------------------------------------------------------

  #toggleCommands() {
    if (this.lists.childElementCount) this.#closeList();
    else this.#list("/");
  }

  #list(typed) {
    const choose = (command) => {
      this.#closeList();
      this.field.value = "";
      this.#typed();
      this.pane.say(command);
      this.field.focus();
    };
    this.lists.replaceChildren(commandList(this.available, typed, choose));
    this.commands.setAttribute("aria-expanded", "true");
  }

  #closeList() {
    this.lists.replaceChildren();
    this.commands.setAttribute("aria-expanded", "false");
  }

  #offer(keyboard) {
    this.#keyboard = keyboard;
    this.#keyboardOpen = true;
    if (keyboard?.force_reply) {
      const asked = this.pane.lastFromBot();
      if (asked) this.replyTo(asked);
    }
    this.#drawKeyboard();
  }

  #toggleKeyboard() {
    this.#keyboardOpen = !this.#keyboardOpen;
    this.#drawKeyboard();
  }

  #drawKeyboard() {
    const rows = this.#keyboard?.rows;
    const label = t(this.#keyboardOpen ? "hideKeyboard" : "showKeyboard");
    attribute(this.keyboardButton, "hidden", !rows?.length);
    attribute(this.keyboardButton, "aria-label", label);
    attribute(this.keyboardButton, "title", label);
    attribute(this.keyboardButton, "aria-expanded", this.#keyboardOpen);
    this.keys.replaceChildren(...(rows?.length && this.#keyboardOpen ? [replyKeyboard(rows, (words) => this.pane.say(words))] : []));
  }

  // --- files and voice -----------------------------------------------------------------------------

  #openAttach() {
    openMenu(this.attach, [
      { words: t("photo"), act: () => this.#pick("photo", "image/*") },
      { words: t("document"), act: () => this.#pick("document", "") },
      { words: t("voiceFile"), act: () => this.#pick("voice", "audio/*") },
    ]);
  }

  #pick(kind, accept) {
    const input = h("input", { type: "file", accept, class: "visually-hidden", "aria-label": t("attach"), tabindex: -1, "data-kind": kind });
    this.element.querySelector("input[type=file]")?.remove();
    this.element.append(input);
    input.addEventListener("change", async () => {
      const caption = this.field.value;
      if (await this.pane.upload(kind, input.files[0], caption)) {
        this.field.value = "";
        this.#typed();
      }
      input.remove();
    });
    input.click();
  }

  async #record() {
    if (this.#recorder) {
      this.#recorder.stop();
      return;
    }
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      this.pane.tell(t("noMicrophone"));
      return;
    }
    const parts = [];
    this.#recorder = new MediaRecorder(stream);
    this.#recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    this.#recorder.addEventListener("stop", () => {
      for (const track of stream.getTracks()) track.stop();
      this.pane.upload("voice", new File(parts, "voice.ogg", { type: this.#recorder.mimeType }), "");
      this.#recorder = null;
      this.#showRecording(false);
    });
    this.#recorder.start();
    this.#showRecording(true);
  }

  #showRecording(on) {
    this.microphone.replaceChildren(icon(on ? "stop" : "microphone"));
    attribute(this.microphone, "aria-label", t(on ? "stopRecording" : "record"));
    this.microphone.classList.toggle("recording", on);
  }
}
