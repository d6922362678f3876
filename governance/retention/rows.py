"""The door to what concerns people's rights over their data: those who govern, and auditors."""

from typing import Any

from django.db.models import QuerySet

READERS = ("administrator", "risk_officer", "auditor")


def reads_privacy(user: Any) -> bool:
    """Whether somebody may see erasures, holds and what expires."""
    return bool(user.is_authenticated and user.is_active and user.role in READERS)


class PrivacyRows(QuerySet[Any]):
    """Erasures and legal holds."""

    def visible_to(self, user: Any) -> "PrivacyRows":
        """Return all for those who govern and for auditors, nothing for others: they tell about people."""
        return self if reads_privacy(user) else self.none()
