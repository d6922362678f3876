"""The one door to rows of publication and witnessing."""

from typing import Any

from django.db.models import QuerySet

from governance.people.roles import reads_all


class LedgerReaderRows(QuerySet[Any]):
    """Rows for those who read the whole ledger."""

    def visible_to(self, user: Any) -> "LedgerReaderRows":
        """Return all for those who read the whole ledger, nothing for others: they tell where proof is kept."""
        return self if reads_all(user) else self.none()
