"""Access reviews: from time to time somebody looks at who may do what, and confirms or revokes each line.

Owns reviews, their lines as they stood when one was opened, what was decided of each, and the digest of it all. Refuses to
know what kinds of access there are: those who grant it contribute it (`AccessSource`), with the action that takes it away.
"""
