"""What people ask in chat: one file per noun; read, call one service, speak."""

from aiogram import Router

from handlers import (
    activities,
    activity_drafts,
    agenda,
    attendance,
    bindings,
    chats,
    checkins,
    composer,
    home,
    invites,
    leaves,
    outstanding,
    preferences,
    records,
    reflection_readers,
    reflections,
    requests,
    rsvps,
    start,
    summaries,
    topic_drafts,
    topics,
)

# Asked in this order; the first that takes an update keeps it.
ROUTERS: tuple[Router, ...] = (
    checkins.router,
    chats.router,
    rsvps.router,
    attendance.router,
    leaves.router,
    agenda.router,
    requests.router,
    activities.router,
    activity_drafts.router,
    topics.router,
    outstanding.router,
    reflections.router,
    reflection_readers.router,
    topic_drafts.router,
    composer.router,
    start.router,
    summaries.router,
    preferences.router,
    records.router,
    invites.router,
    bindings.router,
    home.router,
)
