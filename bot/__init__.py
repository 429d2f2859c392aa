"""The process: command line, settings, wiring, intake workers."""
