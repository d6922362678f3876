"""Running an incident: its states, severity, roles, what it touched, what is told to whom, and its page.

Owns the state machine and who may move it. Stands on cases, alerts and clocks, which it calls. Refuses to know levers,
filing and postmortems, which contribute their panels to its page; closing lies with postmortems, for R11 is held there.
"""
