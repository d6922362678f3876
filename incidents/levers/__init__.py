"""Levers: what can be pulled from an incident's page, least to most, and on its timeline how long it took until served.

Owns the panel, the confirming pages and who may pull because they lead. Refuses to know what a lever does: modes, changes
and quarantine act, and they keep the record.
"""
