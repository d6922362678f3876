"""Drills: kill switches and rollbacks tried on purpose, with how long the lever took.

Owns when a lever was last pulled and whether it worked. Refuses to know who demands it (controls) and what a change is.
"""
