"""Stores of what belongs to nobody above: views that somebody saved, addresses that were written in the ledger."""

from typing import Any

from django.db.models import QuerySet

from governance.core.contributions import Forgotten, PersonalStore, contribute
from governance.ledger.letgo import forget_parts
from governance.ledger.models import PersonalPayload
from governance.people.models import Invitation
from governance.ui.models import SavedView


def views(who: Forgotten) -> QuerySet[SavedView]:
    """Return the lists that a person saved; those that they shared stay with the others who use them."""
    return SavedView.objects.filter(owner=who.person, is_shared=False) if who.person else SavedView.objects.none()


def invitations(who: Forgotten) -> QuerySet[Any]:
    """Return the invitations to an address without an account."""
    found = Invitation.objects.filter(email__iexact=who.address)
    return found if who.address and who.person is None else found.none()


def forget_invitations(who: Forgotten) -> int:
    """Erase name and address of invitations that nobody took, in the row and in the ledger's personal parts."""
    rows = list(invitations(who))
    told = PersonalPayload.objects.filter(
        entry__subject_type="governance.invitation", entry__subject_id__in=[str(row.pk) for row in rows]
    )
    forget_parts(told, cause=who.cause)
    for row in rows:  # both columns stay out of the history, so there is nothing for a history row to tell
        Invitation.objects.filter(pk=row.pk).update(name="", email=f"{who.cause.lower()}.{row.pk}@erased.invalid")
    return len(rows)


contribute(
    PersonalStore(
        "views",
        "Lists that they saved for themselves",
        find=lambda who: views(who).count(),
        erase=lambda who: views(who).delete()[0],
        order=60,
    )
)
contribute(
    PersonalStore(
        "invitations",
        "Invitations to their address",
        find=lambda who: invitations(who).count(),
        erase=forget_invitations,
        order=70,
    )
)
