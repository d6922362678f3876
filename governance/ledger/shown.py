"""What the ledger contributes: its place in the navigation, its API, and whether its triggers are in place."""

from django.utils.module_loading import import_string

from governance.core.contributions import ApiRoute, HealthCheck, NavItem, contribute
from governance.ledger import appendonly
from governance.ui.extensions import FamilyTab


def guarded() -> str:
    """Say which triggers are missing; nothing when all are there."""
    gone = appendonly.missing()
    if not gone:
        return ""
    return f"{len(gone)} append-only triggers are missing ({min(gone)}, ...). Run `./plumbline manage migrate`."


contribute(FamilyTab("ledger", "ledger", "Entries", "ledger", order=10))
contribute(NavItem("ledger", "Ledger", "ledger", "ledger", group="What we can prove", order=30))
contribute(ApiRoute("entries", "entries", load=lambda: import_string("governance.ledger.api.EntryApi")))
contribute(HealthCheck("append-only", guarded))
