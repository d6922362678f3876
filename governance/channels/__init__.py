"""The ways out: e-mail, Slack, Teams, PagerDuty and signed webhooks, and an outbox from which nothing is lost.

Owns where messages go, how each kind is spoken, that they arrive or are listed as dead letters, and that no address
inside the network is reached by mistake. Refuses to know what a message is about and why somebody is told.
"""
