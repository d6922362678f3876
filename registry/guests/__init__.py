"""Guest auditors: an account with one scope, one period and an end; and the questions that auditors ask.

Owns who from outside looks at what, from when to when and until when, what they read, and their questions with owner and
due date. Refuses to decide what a surface's record shows: it grants surfaces, and narrows what is read to the period.
"""
