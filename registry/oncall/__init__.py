"""On call: who is called at a moment, in which order, and which way leads there.

Owns rotas with their layers and overrides, escalation paths with their steps, the routes that choose a path, and calendar
feeds. Refuses to know what somebody is called for: incidents, alerts and their clocks stand above it.
"""
