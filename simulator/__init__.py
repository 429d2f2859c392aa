"""A local Telegram: Bot API over HTTP and in process, a movable clock, a story."""
