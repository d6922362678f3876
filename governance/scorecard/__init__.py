"""What leaders look at: the briefing with its three questions, everyone's inbox, and (later) metrics with targets.

Shows what features contribute; refuses to know where a figure comes from.
"""
