"""What the command line does, one file per noun; imported only when its command is called."""
