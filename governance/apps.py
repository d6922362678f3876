"""Start-up of the kernel."""

from django.db.models.signals import post_migrate

from governance.core.apps import PlumblineAppConfig


class GovernanceConfig(PlumblineAppConfig):
    """Registers the kernel's contributions and keeps the append-only triggers in place."""

    default = True
    name = "governance"

    def ready(self) -> None:
        """Load contributions; re-install triggers after every migrate (SQLite drops them with each table rebuild)."""
        super().ready()
        from governance.core import checks  # noqa: F401
        from governance.ledger import signals
        from governance.ledger.appendonly import ensure_all

        signals.connect()
        post_migrate.connect(ensure_all, dispatch_uid="plumbline.appendonly")
