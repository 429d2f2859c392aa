/** Making and matching elements. Text is always text here: nothing is ever read as markup. */

/** `h("button", {class: "x", onclick}, "words", other)`: attributes, `on…` listeners, then children. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else element.setAttribute(name, value === true ? "" : value);
}

/** Set or remove an attribute, touching the page only when it changes. */
export function attribute(element, name, value) {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

/** Change an element's words only when they differ, so that screen readers are not disturbed. */
export function words(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Make a container's children match a list, reusing the element of each key, so that focus and scroll stay.
 * `make(item)` gives a new element, `update(element, item)` brings it up to date.
 */
export function keyed(container, items, key, make, update = () => {}) {
  const focused = container.contains(document.activeElement) ? document.activeElement : null;
  const known = new Map([...container.children].map((child) => [child.dataset.key, child]));
  let at = container.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    let child = known.get(name);
    known.delete(name);
    if (!child) {
      child = make(item);
      child.dataset.key = name;
    }
    if (child === at) at = at.nextElementSibling;
    else container.insertBefore(child, at);
    update(child, item);
  }
  for (const child of known.values()) child.remove();
  if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
}

const SHAPES = {
  back: "M15 5l-7 7 7 7",
  send: "M4 12l16-8-6 16-3-7zM11 13l4-4",
  clip: "M8 12l5-5a3 3 0 0 1 5 4l-8 8a5 5 0 0 1-7-7l8-8",
  microphone: "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM6 11a6 6 0 0 0 12 0M12 17v4",
  stop: "M7 7h10v10H7z",
  keyboard: "M3 7h18v10H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8",
  menu: "M4 7h16M4 12h16M4 17h16",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  close: "M6 6l12 12M18 6L6 18",
  split: "M4 5h16v14H4zM12 5v14",
  drawer: "M4 5h16v14H4zM15 5v14",
  down: "M12 5v13M6 13l6 6 6-6",
  play: "M8 5l11 7-11 7z",
  pause: "M8 5v14M16 5v14",
  file: "M7 3h7l5 5v13H7zM14 3v5h5",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  reply: "M10 8V4L4 10l6 6v-4c5 0 8 2 10 6 0-6-3-10-10-10z",
  check: "M5 13l4 4 10-11",
  ticks: "M2 13l4 4 8-9M11 16l1 1 8-9",
  clock: "M12 7v5l4 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  moon: "M19 14a8 8 0 0 1-9-11 8 8 0 1 0 9 11z",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1 1M18 18l1 1M19 5l-1 1M6 18l-1 1",
  next: "M5 5l9 7-9 7zM18 5v14",
  hash: "M9 4L7 20M17 4l-2 16M4 9h16M3 15h16",
};

/** A line drawing, hidden from screen readers: the button around it carries the words. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

/** A button that shows only a drawing. */
export function iconButton(name, label, onclick, attributes = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...attributes }, icon(name));
}

const COLOURS = 7;

/** A round portrait made of a letter or two: a Latin name's initials, a Han name's last character. */
export function avatar(id, name, extra = "") {
  const letters = /^[\x00-\x7f]/.test(name) ? name.split(/[\s·]+/).slice(0, 2).map((part) => part[0] ?? "").join("") : name.slice(-1);
  return h("span", { class: `avatar colour-${Math.abs(id) % COLOURS} ${extra}`, "aria-hidden": "true" }, letters);
}
