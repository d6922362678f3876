"""What a tier demands of a surface, and whether it is so: met, not met, expired, excepted or not applicable, and why.

Owns the checks (pure functions over what is held), the results kept for lists and figures, and how they follow what they
rest on. Refuses to know where evidence, runs, drills and exceptions come from, and what waits for a control to be met.
"""
