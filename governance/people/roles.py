"""What each role means, in one place: pure questions about a person's role."""

from typing import Any

from governance.people.models import Role

READS_ALL = frozenset({Role.ADMINISTRATOR, Role.RISK_OFFICER, Role.LEADER, Role.AUDITOR})
READS_ONLY = frozenset({Role.AUDITOR, Role.GUEST_AUDITOR})
GOVERNS = frozenset({Role.ADMINISTRATOR, Role.RISK_OFFICER})


def reads_all(user: Any) -> bool:
    """Whether the role shows everything that is not personal to somebody else."""
    return user.is_authenticated and user.is_active and user.role in READS_ALL


def governs(user: Any) -> bool:
    """Whether the role lets one change policy and act on anybody's things."""
    return user.is_authenticated and user.is_active and user.role in GOVERNS


def may_write(user: Any) -> bool:
    """Whether the role lets one change anything at all; auditors never do."""
    return user.is_authenticated and user.is_active and user.role not in READS_ONLY


def is_administrator(user: Any) -> bool:
    """Whether the person administers the installation."""
    return user.is_authenticated and user.is_active and user.role == Role.ADMINISTRATOR
