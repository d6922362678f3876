"""The story of postmortems: a resolved incident, and its postmortem as far as a test needs it."""

from tests.incidents.postmortems.conftest import approve, approved, begun, resolved, suite, surface

__all__ = ["approve", "approved", "begun", "resolved", "suite", "surface"]
