"""What people ask in chat: one file per noun; read, call one service, speak."""
