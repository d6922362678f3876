"""The doors to imports: whose a reader may see. Roles are plain words here, because models import this."""

from typing import Any

from django.db.models import Q, QuerySet

SEE_ALL = ("administrator", "risk_officer", "auditor")


class BatchRows(QuerySet[Any]):
    """Imports."""

    def visible_to(self, user: Any) -> "BatchRows":
        """Return the imports a reader may see: their own; all for administrators, risk officers and auditors."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.role in SEE_ALL else self.filter(owner=user)


class RowRows(QuerySet[Any]):
    """Rows of imports."""

    def visible_to(self, user: Any) -> "RowRows":
        """Return the rows of the imports that a reader may see."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.role in SEE_ALL else self.filter(batch__owner=user)


class ProfileRows(QuerySet[Any]):
    """Saved mappings: there for everybody who imports, so that the next file of that kind needs no mapping."""

    def visible_to(self, user: Any) -> "ProfileRows":
        """Return the profiles a reader may see."""
        outside = not user.is_authenticated or not user.is_active or user.role == "guest_auditor"
        return self.none() if outside else self

    def for_target(self, target: str) -> "ProfileRows":
        """Keep the profiles of one kind of row."""
        return self.filter(Q(target=target))
