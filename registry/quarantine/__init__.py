"""Quarantine: an endpoint, a source, a tool or a whole vendor taken out of use at once, for every surface.

Owns what is quarantined, who may place it and what it touches; lifting goes through approval. Refuses to know modes,
changes, gates and decisions (each asks here before it lets something through), and incidents (they call it).
"""
