"""A live surface, a short way to bring another contract into force, and calls that were delivered."""

from tests.registry.usage.conftest import approve, live

__all__ = ["approve", "live"]
