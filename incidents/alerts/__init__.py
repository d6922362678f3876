"""Alerts: the right person knows at once, and if they do not answer, the next one does.

Owns how an incident walks its escalation path, who was told when, and who acknowledged. Refuses to know how a message is
carried (governance.channels), who is on call (registry.oncall), and how the incident is run afterwards (running).
"""
