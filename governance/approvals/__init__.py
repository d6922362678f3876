"""Named people agree to a hash: requests, their steps, decisions and conditions.

One machine for contracts, policy, charters and all else. Refuses to know what is approved: it holds a kind, an id and
a digest, and calls the kind's `settled` in the deciding transaction.
"""
