"""The rules, in plain Python with no I/O, and every value that crosses rooms."""
