"""Past incidents come in from files: closed, with their dates and parties, and without calling anybody.

Owns what columns mean and how rows become incidents; the way of a file (mapping, preview, commit, undo) is registry.imports.
"""
