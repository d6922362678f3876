"""A believable company to look around in: loaded in one click into an empty installation, removed in one click.

Everything is made through the same actions as real records, at moments of the past six months. Nothing of it can share
an installation with a real company; see docs/decisions/0007-demo.md.
"""
