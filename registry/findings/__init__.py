"""Findings: what really happened held against what was approved, each difference once, with an owner and an end.

Owns which difference is a finding, who answers for it, and what became of it. Refuses to know how observations are stored,
matched and summed (usage), what a change is made of, and what an incident is: incidents follow findings, never the other
way.

`findings.actions.open_finding` is how anything becomes one, also what is found by money: the same identity is the same
finding, and seen again after it was settled it is open again. What is derived from paths is drawn by `drawing`, within
seconds of a new path and again by a schedule; `settling` ends what is allowed by now.
"""
