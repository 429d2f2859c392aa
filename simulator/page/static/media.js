/** Photos, albums, voice notes and files inside a message. */

import { h, icon } from "./dom.js";
import { t } from "./words.js";

/** What carries a message's file; several at once are an album. */
export function mediaOf(messages) {
  if (messages.length > 1 && messages.every(({ media }) => ["photo", "video"].includes(media.kind))) return album(messages);
  return messages.map(({ media }) => one(media));
}

function one(media) {
  switch (media.kind) {
    case "photo": return photo(media);
    case "video": return h("video", { class: "video", src: media.url, controls: true, preload: "metadata", "aria-label": media.name || t("video") });
    case "voice": case "audio": return sound(media);
    default: return file(media);
  }
}

function album(messages) {
  return [h("div", { class: `album of-${Math.min(messages.length, 6)}` }, messages.map(({ media }) => photo(media)))];
}

function photo(media) {
  const image = h("img", { src: media.url, alt: media.name || t("photo"), loading: "lazy" });
  const broken = () => image.replaceWith(h("span", { class: "broken" }, `🖼 ${media.name || t("photo")}`));
  image.addEventListener("error", broken, { once: true });
  return h("button", { type: "button", class: "photo", "aria-label": t("openPhoto"), onclick: () => lookAt(media) }, image);
}

/** A photo alone before everything; Escape or a tap closes it. */
function lookAt(media) {
  const dialog = h("dialog", { class: "viewer", "aria-label": t("photo") });
  const shut = () => dialog.close();
  dialog.append(h("button", { type: "button", class: "viewer-close", "aria-label": t("close"), onclick: shut }, icon("close")));
  dialog.append(h("img", { src: media.url, alt: media.name || t("photo") }));
  dialog.addEventListener("click", (event) => event.target === dialog && shut());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function file(media) {
  return h(
    "a",
    { class: "file", href: media.url, download: media.name, "aria-label": t("download", { name: media.name }) },
    h("span", { class: "file-sign" }, icon(media.kind === "document" ? "down" : "file")),
    h("span", { class: "file-words" },
      h("span", { class: "file-name" }, media.name || t(media.kind)),
      h("span", { class: "file-size" }, size(media.size))),
  );
}

function sound(media) {
  const player = h("audio", { src: media.url, preload: "none" });
  const bar = h("progress", { class: "voice-bar", max: 1, value: 0, "aria-label": t("voice") });
  const length = h("span", { class: "file-size" }, size(media.size));
  const button = h("button", { type: "button", class: "file-sign", "aria-label": t("play") }, icon("play"));
  const turn = (playing) => {
    button.replaceChildren(icon(playing ? "pause" : "play"));
    button.setAttribute("aria-label", t(playing ? "pausePlaying" : "play"));
  };
  button.addEventListener("click", () => {
    if (player.paused) player.play().catch(() => turn(false)); // a file that is no sound stays silent
    else player.pause();
  });
  player.addEventListener("play", () => turn(true));
  player.addEventListener("pause", () => turn(false));
  player.addEventListener("timeupdate", () => {
    if (Number.isFinite(player.duration)) bar.value = player.currentTime / player.duration;
  });
  return h("div", { class: "file voice" }, player, button, h("span", { class: "file-words" }, bar, length));
}

/** A size as people read it. */
export function size(bytes) {
  if (!bytes) return "";
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
