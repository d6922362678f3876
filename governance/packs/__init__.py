"""Audit packs: a scope and a period frozen into one file that a stranger checks without our server.

Owns what a pack is (scope, period, edition, checkpoint), how it is collected, bound, sealed and kept, and the verifier
that goes with it. Refuses to know what is in it: features above contribute scopes and sections (`sections.py`), and
documents sets and signs the pages.
"""
