"""The metrics of the scorecard that the registry can tell: changes, reviews, evals, breaches, defects, and DORA's five.

Owns how each is counted and which list opens exactly its records. Refuses to know how figures are shown, kept or sealed
(governance.scorecard), and what an incident is (incidents.metrics).
"""
