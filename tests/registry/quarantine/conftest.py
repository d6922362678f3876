"""A live surface of tier 0 with a tool and a source: owned by Noor, approved by Sam, of the team Claims."""

from tests.registry.modes.conftest import surface

__all__ = ["surface"]
