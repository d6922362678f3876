"""Incidents as records: what went wrong, when, whom it touched, and the timeline that is only ever added to.

Owns the tables, who sees an incident, how one is opened and noted on, what changed before it and what it resembles.
Refuses to know how an incident is run: who is told (alerts), which clock runs (clocks), who may move it on (running).
"""
