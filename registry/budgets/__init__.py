"""Error budgets: how much may go wrong on a surface in a window, how fast it is used up, and what holds once it is spent.

Owns objectives, the good and bad events counted for them, burn rates, and the hold that a spent budget opens and a
recovered one closes. Refuses to know what a change is (changes ask here), what an incident is (incidents call here), and
what a tool measured (evals are followed through the ledger).
"""
