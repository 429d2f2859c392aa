/** A list that draws only what can be seen, so that ten thousand messages scroll like ten. */

import { h } from "./dom.js";

const GUESS = 72; // pixels of an item not drawn yet
const BEYOND = 900; // pixels drawn above and below what is seen
const NEAR_BOTTOM = 48; // pixels from the end that still count as "at the end"

/** Items are `{key, version}`; `make(item)` gives an element, made anew when the version changes. */
export class WindowedList {
  #items = [];
  #index = new Map();
  #heights = new Map();
  #offsets = [0];
  #nodes = new Map(); // key → {node, version, place}
  #unmeasured = []; // keys drawn since heights were last read
  #anchor = null;
  #width = 0;
  atEnd = true;

  constructor(scroller, make, { onMove = () => {} } = {}) {
    this.scroller = scroller;
    this.make = make;
    this.onMove = onMove;
    this.above = h("div", { class: "beyond", "aria-hidden": "true" });
    this.box = h("div", { class: "items" });
    this.below = h("div", { class: "beyond", "aria-hidden": "true" });
    scroller.append(this.above, this.box, this.below);
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.resizes = new ResizeObserver(() => this.#resized());
    this.resizes.observe(scroller);
    this.resizes.observe(this.box);
  }

  get count() {
    return this.#items.length;
  }

  show(items) {
    this.#items = items;
    this.#index = new Map(items.map((item, at) => [item.key, at]));
    this.#measureAll();
    this.#draw();
  }

  toEnd() {
    this.atEnd = true;
    this.#draw();
  }

  /** Bring an item into the middle and give back its element. */
  reveal(key) {
    const at = this.#index.get(key);
    if (at === undefined) return null;
    this.atEnd = false;
    this.#anchor = null;
    const middle = this.scroller.clientHeight / 2;
    for (let pass = 0; pass < 3; pass++) { // heights become known as items are drawn
      this.scroller.scrollTop = this.#offsets[at] - middle + (this.#heights.get(key) ?? GUESS) / 2;
      this.#draw();
      this.#anchor = null;
    }
    this.#remember();
    return this.#nodes.get(key)?.node ?? null;
  }

  /** The drawn element beside another, for moving by keyboard; draws further when at the edge. */
  neighbour(node, step) {
    const at = this.#index.get(node.dataset.key);
    const item = this.#items[at + step];
    if (!item) return null;
    const drawn = this.#nodes.get(item.key)?.node;
    return drawn ?? this.reveal(item.key);
  }

  last() {
    return this.box.lastElementChild;
  }

  // --- drawing -------------------------------------------------------------------------------------

  #draw() {
    const [first, last] = this.#range();
    this.#place(first, last);
    this.#learn();
    this.above.style.height = `${this.#offsets[first]}px`;
    this.below.style.height = `${this.#offsets[this.#items.length] - this.#offsets[last]}px`;
    if (this.atEnd) this.scroller.scrollTop = this.scroller.scrollHeight;
    else this.#holdAnchor();
    this.#remember();
    if (this.#lacking()) this.#draw();
  }

  #range() {
    const end = this.#offsets[this.#items.length];
    const height = this.scroller.clientHeight || window.innerHeight;
    const top = this.atEnd ? Math.max(0, end - height) : this.scroller.scrollTop;
    return [this.#at(top - BEYOND), Math.min(this.#items.length, this.#at(top + height + BEYOND) + 1)];
  }

  /** The item that covers a height, by halving. */
  #at(height) {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#offsets[middle + 1] <= height) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #place(first, last) {
    const wanted = new Set();
    for (let i = first; i < last; i++) wanted.add(this.#items[i].key);
    for (const [key, { node }] of this.#nodes) if (!wanted.has(key)) this.#drop(key, node);
    let before = null;
    for (let i = first; i < last; i++) {
      const item = this.#items[i];
      let drawn = this.#nodes.get(item.key);
      if (!drawn || drawn.version !== item.version) drawn = this.#make(item, drawn);
      this.#number(drawn, i + 1);
      const here = before ? before.nextSibling : this.box.firstChild;
      if (drawn.node !== here) this.box.insertBefore(drawn.node, here);
      before = drawn.node;
    }
  }

  #make(item, old) {
    const node = this.make(item);
    node.dataset.key = item.key;
    const held = old && old.node.contains(document.activeElement) ? document.activeElement.dataset.spot ?? "" : null;
    if (old) {
      old.node.replaceWith(node);
      if (held !== null) (held ? node.querySelector(`[data-spot="${held}"]`) ?? node : node).focus({ preventScroll: true });
    }
    const drawn = { node, version: item.version, place: "" };
    this.#nodes.set(item.key, drawn);
    this.#unmeasured.push(item.key);
    return drawn;
  }

  /** Tell screen readers which of how many it is. */
  #number(drawn, place) {
    const numbered = `${place} ${this.#items.length}`;
    if (drawn.place === numbered) return;
    drawn.place = numbered;
    drawn.node.setAttribute("aria-posinset", place);
    drawn.node.setAttribute("aria-setsize", this.#items.length);
  }

  #drop(key, node) {
    if (node.contains(document.activeElement)) this.scroller.focus({ preventScroll: true });
    node.remove();
    this.#nodes.delete(key);
  }

  /** Whether what is seen reaches past what is drawn. */
  #lacking() {
    const [first, last] = this.#range();
    for (let i = first; i < last; i++) if (!this.#nodes.has(this.#items[i].key)) return !this.atEnd;
    return false;
  }

  // --- heights -------------------------------------------------------------------------------------

  #learn() {
    let changed = false;
    for (const key of this.#unmeasured) {
      const node = this.#nodes.get(key)?.node;
      if (!node) continue;
      const height = node.getBoundingClientRect().height;
      if (height > 0 && Math.abs((this.#heights.get(key) ?? -1) - height) > 0.5) {
        this.#heights.set(key, height);
        changed = true;
      }
    }
    this.#unmeasured = [];
    if (changed) this.#measureAll();
  }

  #measureAll() {
    const offsets = new Float64Array(this.#items.length + 1);
    for (let i = 0; i < this.#items.length; i++) {
      offsets[i + 1] = offsets[i] + (this.#heights.get(this.#items[i].key) ?? GUESS);
    }
    this.#offsets = offsets;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.atEnd = scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM;
    this.#anchor = null;
    if (this.#lacking() || this.atEnd) this.#draw();
    else this.#remember();
    this.onMove();
  }

  #resized() {
    const width = this.scroller.clientWidth;
    if (width !== this.#width) {
      this.#width = width;
      this.#heights.clear();
    }
    this.#unmeasured = [...this.#nodes.keys()];
    if (width) this.#draw();
  }

  /** Remember what stands at the top edge, so that heights learnt later do not push it away. */
  #remember() {
    const edge = this.scroller.getBoundingClientRect().top;
    for (const node of this.box.children) {
      const { top, bottom } = node.getBoundingClientRect();
      if (bottom > edge) {
        this.#anchor = { key: node.dataset.key, top: top - edge };
        return;
      }
    }
    this.#anchor = null;
  }

  #holdAnchor() {
    const node = this.#anchor && this.#nodes.get(this.#anchor.key)?.node;
    if (!node) return;
    const edge = this.scroller.getBoundingClientRect().top;
    const moved = node.getBoundingClientRect().top - edge - this.#anchor.top;
    if (Math.abs(moved) > 0.5) this.scroller.scrollTop += moved;
  }
}
