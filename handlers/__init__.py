"""What people ask in chat: one file per noun; read, call one service, speak."""

from aiogram import Router

from handlers import (
    activities,
    activity_drafts,
    agenda,
    attendance,
    chats,
    home,
    leaves,
    requests,
    rsvps,
    start,
    summaries,
)

# Asked in this order; the first that takes an update keeps it.
ROUTERS: tuple[Router, ...] = (
    chats.router,
    rsvps.router,
    attendance.router,
    leaves.router,
    agenda.router,
    requests.router,
    activities.router,
    activity_drafts.router,
    start.router,
    summaries.router,
    home.router,
)
