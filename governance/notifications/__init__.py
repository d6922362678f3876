"""Tells people what concerns them, by tailing the ledger: inbox, mail, chat, webhooks.

The ledger is the outbox, so nothing that happened is missed when a worker or a broker dies. Nobody calls this package.
"""
