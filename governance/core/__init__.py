"""The floor of the house: clock, digests, errors, jobs, contributions.

Owns what every feature needs and none of them is. Refuses to know any model but its own job queue.
"""
