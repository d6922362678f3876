"""How one revision follows another: proposals, decision records, coming into force, rollback.

Owns the only way a revision comes into force, and the append-only record of what was in force when.
"""
