"""The button that says one comes."""

from aiogram.filters.callback_data import CallbackData

from domain.ids import ActivityId


class RsvpTap(CallbackData, prefix="go"):
    """I am coming, or not after all."""

    activity: ActivityId
    going: bool
