"""The simulator's page: a chat client in the browser, for several people and a movable clock."""
