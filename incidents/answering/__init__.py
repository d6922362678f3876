"""Answering from the alert itself: the page behind its link, with one button, for whoever was called.

Owns what this page shows and whom it lets act. Refuses to know what answering means for an incident (running) and how the
link is made (alerts).
"""
