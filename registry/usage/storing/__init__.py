"""Stores deliveries of observed calls: matched, each once, with their sums, and only then acknowledged.

`store` is what every way in ends at. It refuses, call by call, what cannot be placed in time or what names a surface that its
sender may not name; all else is kept, matched or not.
"""

from registry.usage.storing.store import FUTURE, OLDEST, store

__all__ = ["FUTURE", "OLDEST", "store"]
