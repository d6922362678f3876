"""What the ledger contributes: its place in the navigation, its API, and whether its triggers are in place."""

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.core.contributions import ApiRoute, HealthCheck, NavItem, contribute
from governance.ledger import appendonly
from governance.ledger.models import Entry
from governance.ui.extensions import Footing


def guarded() -> str:
    """Say which triggers are missing; nothing when all are there."""
    gone = appendonly.missing()
    if not gone:
        return ""
    return f"{len(gone)} append-only triggers are missing ({min(gone)}, ...). Run `./plumbline manage migrate`."


def covered() -> str:
    """Say how far the ledger reaches."""
    last = Entry.objects.order_by("-seq").values_list("seq", flat=True).first()
    return f"Recorded in the ledger up to entry {last:,}" if last else ""


contribute(Footing("ledger", covered, lambda user: reverse("ledger"), "Read it"))
contribute(NavItem("ledger", "Ledger", "ledger", "ledger", group="What we can prove", order=30))
contribute(ApiRoute("entries", "entries", load=lambda: import_string("governance.ledger.api.EntryApi")))
contribute(HealthCheck("append-only", guarded))
