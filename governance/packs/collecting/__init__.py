"""Brings together what a pack holds, as files in a working folder. Everything is streamed; nothing is kept in memory but
numbers. What is written depends on the window and on what is stored, never on the time."""
