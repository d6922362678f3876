"""Every place where the company calls a model: surfaces, their revisions and drafts, RACI and ownership.

Refuses to know how a revision comes into force; that is what changes are for.
"""
