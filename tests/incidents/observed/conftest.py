"""A live surface, and a short way to bring another contract into force."""

from tests.registry.usage.conftest import approve, live

__all__ = ["approve", "live"]
