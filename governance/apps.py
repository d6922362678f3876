"""Start-up of the kernel."""

from django.db.models.signals import post_migrate, pre_migrate

from governance.core.apps import PlumblineAppConfig


class GovernanceConfig(PlumblineAppConfig):
    """Registers the kernel's contributions and keeps the append-only triggers in place."""

    default = True
    name = "governance"

    def ready(self) -> None:
        """Load contributions; set triggers aside while SQLite remakes tables, and put all in place after every migrate."""
        super().ready()
        from governance.core import checks  # noqa: F401
        from governance.ledger import signals
        from governance.ledger.appendonly import ensure_all, step_aside

        signals.connect()
        pre_migrate.connect(step_aside, dispatch_uid="plumbline.appendonly")
        post_migrate.connect(ensure_all, dispatch_uid="plumbline.appendonly")
