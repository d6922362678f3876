"""What became of changes that came into force: whether they failed, and whether they were done well."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from registry.changes.models import Change


def undoing() -> QuerySet[Change]:
    """Return, inside a question about changes, those that took its revision back: a rollback or an emergency in its place."""
    replaced = Change.objects.filter(surface=OuterRef("surface"), base=OuterRef("revision"), in_force_at__isnull=False)
    return replaced.filter(Q(is_rollback=True) | Q(is_emergency=True))


def failed(changes: QuerySet[Change], value: bool = True) -> QuerySet[Change]:
    """Keep the changes that were taken back after they had come into force, or all others."""
    found = Q(in_force_at__isnull=False) & Q(Exists(undoing()))
    return changes.filter(found) if value else changes.exclude(found)


def done_well(changes: QuerySet[Change], value: bool = True) -> QuerySet[Change]:
    """Keep the changes that came into force with nothing waived and were not taken back since, or all others."""
    clear = Q(in_force_at__isnull=False, clearance__unmet=0, clearance__waived_by="")
    found = clear & ~Q(Exists(undoing()))
    return changes.filter(found) if value else changes.exclude(found)
