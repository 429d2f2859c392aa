"""What people ask in chat: one file per noun; read, call one service, speak."""

from aiogram import Router

from handlers import chats, home, start, summaries

# Asked in this order; the first that takes an update keeps it.
ROUTERS: tuple[Router, ...] = (chats.router, start.router, summaries.router, home.router)
