"""What the company demands: tiers, data classes, categories; versions of all of it; YAML in and out.

Owns the policy in force and its drafts. Refuses to know surfaces; who approves a policy change is said in policy itself.
"""
