"""Proof of what was received: a digest of each delivery, and of each hour over its deliveries, sealed in the ledger.

Digests are taken over what was seen and never over what it was matched to, so they hold when a call is matched anew.
"""
