"""Aliases: what programs call a surface or an endpoint. Whoever keeps the thing says which names mean it.

Refuses to know how calls are matched: matching reads the rows, and matches again what was stored when one changes.
"""
