"""Matches again what was stored, after something happened that it rests on: a registration, an alias, a new endpoint.

Calls move to the path that they would have today, each by its own moment, and sums with them, exactly, while new calls come
in. What a call was approved under at its moment never changes by that, because the facts have their own history.
"""
