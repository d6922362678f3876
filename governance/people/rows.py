"""The doors to the rows of people: what each reader may see. Roles are plain words here, because models import this."""

from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

OUTSIDERS = ("guest_auditor",)
OVERSEERS = ("administrator",)


def is_insider(user: Any) -> bool:
    """Whether somebody belongs to the company, and may know who else does."""
    return bool(user.is_authenticated and user.is_active and user.role not in OUTSIDERS)


def oversees(user: Any) -> bool:
    """Whether somebody administers accounts, and so sees invitations and tokens of others."""
    return bool(user.is_authenticated and user.is_active and user.role in OVERSEERS)


class InternalRows(QuerySet[Any]):
    """Rows that everybody inside the company may read: teams, positions, who holds them."""

    def visible_to(self, user: Any) -> "InternalRows":
        """Return what the reader may see: everything for insiders, nothing for guests."""
        return self if is_insider(user) else self.none()

    def on(self, day: date) -> "InternalRows":
        """Keep holdings that cover a day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class PersonRows(QuerySet[Any]):
    """People and service accounts."""

    def visible_to(self, user: Any) -> "PersonRows":
        """Return the accounts a reader may know of: all for insiders, only their own for guests."""
        if is_insider(user):
            return self.exclude(kind="system")
        return self.filter(pk=user.pk) if user.is_authenticated else self.none()

    def persons(self) -> "PersonRows":
        """Keep human beings."""
        return self.filter(kind="person")

    def services(self) -> "PersonRows":
        """Keep service accounts."""
        return self.filter(kind="service")

    def working(self, at: datetime) -> "PersonRows":
        """Keep accounts that may act at a moment."""
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at), is_active=True)


class DelegationRows(QuerySet[Any]):
    """Delegations."""

    def visible_to(self, user: Any) -> "DelegationRows":
        """Return what the reader may see: everything for insiders, nothing for guests."""
        return self if is_insider(user) else self.none()

    def valid(self, at: datetime) -> "DelegationRows":
        """Keep delegations that hold at a moment."""
        return self.filter(starts_at__lte=at, ends_at__gt=at, revoked_at__isnull=True)


class InvitationRows(QuerySet[Any]):
    """Invitations."""

    def visible_to(self, user: Any) -> "InvitationRows":
        """Return all for administrators, one's own for others."""
        if oversees(user):
            return self
        return self.filter(invited_by=user) if is_insider(user) else self.none()


class TokenRows(QuerySet[Any]):
    """API tokens."""

    def visible_to(self, user: Any) -> "TokenRows":
        """Return all for administrators, one's own for others."""
        if oversees(user):
            return self
        return self.filter(user=user) if user.is_authenticated else self.none()


OVERSIGHT = ("administrator", "risk_officer", "auditor")


def oversight(user: Any) -> bool:
    """Whether somebody may see what concerns people's rights and access: those who govern, and auditors."""
    return bool(user.is_authenticated and user.is_active and user.role in OVERSIGHT)


class OversightRows(QuerySet[Any]):
    """Erasures, legal holds, access reviews."""

    def visible_to(self, user: Any) -> "OversightRows":
        """Return all for those who govern and for auditors, nothing for others: they tell about people."""
        return self if oversight(user) else self.none()


READERS = ("administrator", "risk_officer", "leader", "auditor")


class LedgerReaderRows(QuerySet[Any]):
    """Where checkpoints go, and who cosigns them."""

    def visible_to(self, user: Any) -> "LedgerReaderRows":
        """Return all for those who read the whole ledger, nothing for others: they tell where proof is kept."""
        return self if user.is_authenticated and user.is_active and user.role in READERS else self.none()
