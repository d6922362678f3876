"""Checkpoints that leave this machine: published where the company chooses, cosigned by witnesses, and cosigned for others.

Owns where checkpoints are published, which witnesses are asked to cosign ours (C2SP tlog-witness, as client) and which
foreign logs we cosign (as server). Refuses to know what entries say, and how checkpoints are made.

What is delivered and what is cosigned stands in rows of its own and never in the ledger: a published checkpoint that made
an entry would make the next checkpoint. What people decide about targets, witnesses and logs are entries as ever.
"""
