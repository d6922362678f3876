"""How far public frameworks are covered: which controls of policy meet which item, and on how many surfaces they are met.

Owns the counting and its pages. It stands above controls, whose kept results it counts, and above the frameworks, which
know nothing of results. It decides nothing: a release is held back by controls, never by a figure from here.
"""
