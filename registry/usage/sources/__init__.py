"""Who sends observations: sources, the tokens they send with, and what can be seen of each.

A source sends under an account of its own, made with it: the token goes on working when its owner leaves or changes, and can
do nothing but send. Refuses to know what is sent.
"""
