"""Modes: how far each surface is switched on, lowered by one person at once, raised by approval, served over OFREP.

Owns the ladder, who may pull it, what each rung takes away, and the answers to OpenFeature's SDKs. Refuses to know
incidents and drills (they call it), and how a revision comes into force.
"""
