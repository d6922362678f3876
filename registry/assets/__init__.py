"""Prompts, retrieval sources, routes and tools as assets with versions: who wrote each, why, its hash, where it lives.

Owns assets, their versions, and which revision names which version. Refuses to know how a revision is proposed or comes
into force: whoever fixes a revision calls `actions.remember`. Tools and endpoints stay records of the catalogue; what is
kept here is what the catalogue said of them when a revision named them, so that a silent swap is seen.
"""
