"""Clocks of incidents: how long each step may still take, by policy, by law and by contract; warned before, kept when missed.

Owns the arithmetic of due moments (business hours, pauses), what runs for an incident as it stands, warnings and breaches.
Refuses to know who moves an incident on: `running`, `filing` and `postmortems` say when its facts changed, by `follow`.
"""
