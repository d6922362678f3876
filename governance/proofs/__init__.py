"""Proof that needs no trust in us: the ledger as a Merkle tree, its signed checkpoints, and proofs against them.

Owns the tree over the heads of entries (RFC 9162), its stored tiles, the keys that sign its checkpoints (C2SP signed
notes), and proofs of inclusion and of consistency. Entries are appended without it; `sealing` follows in the background
and never holds a writer up. Refuses to know what an entry is about, and how packs, rooms and witnesses hand proofs on.

    from governance.proofs import queries, sealing

    checkpoint = sealing.seal()                          # nothing new: the same checkpoint as before
    proof = queries.inclusion(seq, checkpoint.size)      # RFC 9162 2.1.3.1, leaf's sibling first
    path = queries.consistency(older.size, checkpoint.size)

`merkle` and `notes` are pure and need neither Django nor a database.
"""
