"""Sheets: what leaves the house about a surface or a change.

Owns the data behind the spec sheet, the RACI sheet and the decision record, and what the charter says of what exists. It
reads and never writes; the documents feature makes the pages, keeps them and lets anybody check them.
"""
