"""Contract as code: a plumbline.yaml from a team's repository becomes a proposed change, or a look at what would come of it.

Owns what a file leads to and how that reads in a pull request. Refuses to know another way of proposing: the action is
the one that pages use.
"""
