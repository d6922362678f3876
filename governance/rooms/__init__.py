"""The buyer's room: what is shown to somebody outside, by a link that ends; and the public page of the AI programme.

Owns rooms, what lies in them, links and who opened them. What lies in a room is frozen: a pack or document by its hash, an
answer as it stood when it was put there. Refuses to know what a surface is: features above contribute what can be answered
(`showing.py`); policy says what may be public.
"""
