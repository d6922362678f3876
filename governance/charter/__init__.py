"""The company's one-page model-risk charter: drafted from what is held, edited, signed, exactly one in force.

Owns the charter's versions and their words. It refuses to know what a surface or an endpoint is: what it says of them is
contributed (`CharterSection`), and becomes plain text that people may edit. It stands above approvals, documents
and comments, because it needs all three, and documents stay free of the one kind that people sign.
"""
