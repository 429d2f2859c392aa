"""A question whose answer would not do: asked again, with its buttons."""

from dataclasses import replace

from aiogram.utils.formatting import as_list

from domain.errors import Refusal
from messages.outgoing import Outgoing
from messages.refusals import words


def again(refusal: Refusal, question: Outgoing) -> Outgoing:
    """Why the answer would not do, and the question once more with its way out."""
    return replace(question, text=as_list(words(refusal), question.text))
