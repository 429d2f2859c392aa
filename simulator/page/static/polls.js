/** Polls and quizzes: choose, then see the bars. */

import { h } from "./dom.js";
import { t } from "./words.js";

/** The poll's part of a message; `mine` are the options this person chose, `vote(options)` sends a choice. */
export function poll(state, mine, vote) {
  const quiz = state.type === "quiz";
  const kind = state.is_closed ? t("finalResults") : quiz ? t("quiz") : t(state.is_anonymous ? "anonymousPoll" : "poll");
  const voted = mine.length > 0 || state.is_closed;
  const body = voted ? results(state, mine) : ballot(state, vote);
  return h("div", { class: "poll" },
    h("div", { class: "poll-question" }, state.question),
    h("div", { class: "poll-kind" }, kind),
    body,
    voted && state.explanation ? h("div", { class: "poll-why" }, state.explanation) : null,
    h("div", { class: "poll-total" }, t("votes", { n: state.total_voter_count ?? 0 })));
}

function ballot(state, vote) {
  if (!state.allows_multiple_answers) {
    return h("div", { class: "poll-options", role: "group", "aria-label": state.question },
      state.options.map((option, at) =>
        h("button", { type: "button", class: "poll-option", "data-spot": `poll:${at}`, onclick: () => vote([at]) }, option.text)));
  }
  const boxes = state.options.map(() => h("input", { type: "checkbox" }));
  const send = () => {
    const chosen = boxes.flatMap((box, at) => (box.checked ? [at] : []));
    if (chosen.length) vote(chosen);
  };
  return h("div", { class: "poll-options", role: "group", "aria-label": state.question },
    state.options.map((option, at) => h("label", { class: "poll-option" }, boxes[at], option.text)),
    h("button", { type: "button", class: "poll-send", onclick: send }, t("vote")));
}

function results(state, mine) {
  const total = Math.max(1, state.total_voter_count ?? 0);
  const right = state.correct_option_ids ?? (state.correct_option_id === undefined ? [] : [state.correct_option_id]);
  return h("ul", { class: "poll-results" }, state.options.map((option, at) => {
    const share = Math.round((option.voter_count / total) * 100);
    const signs = [mine.includes(at) ? "●" : "", right.includes(at) ? "✓" : ""].join("");
    return h("li", { class: right.length && mine.includes(at) && !right.includes(at) ? "wrong" : "" },
      h("span", { class: "poll-share" }, `${share}%`),
      h("span", { class: "poll-text" }, `${option.text} ${signs}`),
      h("meter", { min: 0, max: 100, value: share, "aria-label": `${option.text}: ${share}%` }));
  }));
}
