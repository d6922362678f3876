"""How long the files of closed incidents are kept: the file goes, its name and hash stay on the timeline."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.ledger.letgo import still_here
from incidents.cases.models import Attachment
from registry.evidence.keeping import needed_elsewhere


def kept() -> QuerySet[Any]:
    """Return the files of closed incidents that are still kept, and that nothing else holds."""
    same = Attachment.objects.filter(blob=OuterRef("blob")).exclude(pk=OuterRef("pk"))
    longer = same.filter(Q(incident__closed_at__isnull=True) | Q(incident__closed_at__gt=OuterRef("incident__closed_at")))
    closed = Attachment.objects.filter(incident__closed_at__isnull=False).filter(still_here("blob__digest"))
    return closed.exclude(needed_elsewhere(Attachment)).exclude(Exists(longer)).select_related("incident", "blob")
