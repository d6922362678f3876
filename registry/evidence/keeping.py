"""How long kept files are kept: those that serve nothing any more go when their time is over; the hash stays."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from governance.ledger.letgo import FILE, still_here
from registry.evidence import storage
from registry.evidence.models import Blob, Evidence, EvidenceUse


def needed_elsewhere(model: type[Any], blob: str = "blob") -> Q:
    """Return what picks rows of a model whose file, under the name `blob`, another model's row holds as well."""
    found = Q(pk__in=[])
    for relation in Blob._meta.related_objects:
        other: Any = relation.related_model
        if other is not model and not hasattr(other, "history_object"):
            found |= Q(Exists(other._base_manager.filter(**{relation.field.name: OuterRef(blob)})))
    return found


def serving_nothing() -> QuerySet[Evidence]:
    """Return withdrawn and renewed evidence whose file is still kept, and held by nothing that speaks or ended later."""
    same = Evidence.objects.filter(blob=OuterRef("blob")).exclude(pk=OuterRef("pk"))
    later = same.filter(Q(state=Evidence.State.CURRENT) | Q(updated_at__gt=OuterRef("updated_at")))
    ended = Evidence.objects.filter(blob__isnull=False).exclude(state=Evidence.State.CURRENT)
    found = ended.filter(still_here("blob__digest")).exclude(needed_elsewhere(Evidence)).exclude(Exists(later))
    tiers = EvidenceUse.objects.filter(evidence=OuterRef("pk"), surface__tier__isnull=False).order_by("-surface__tier")
    return found.select_related("blob").annotate(top_tier=Subquery(tiers.values("surface__tier")[:1]))


def files(rows: Sequence[Any]) -> dict[str, list[str]]:
    """Return what the ledger bound of rows with a blob: their files."""
    return {FILE: sorted({row.blob.digest for row in rows})}


def discard(rows: Sequence[Any]) -> None:
    """Remove the files of rows with a blob, once that is told."""
    for row in rows:
        storage.discard(row.blob.stored_as)
