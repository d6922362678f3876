"""How long a file that was imported, and what its rows said, are kept."""

from collections.abc import Sequence

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet

from governance.core.contributions import Forgotten
from registry.imports.models import ImportBatch, ImportRow

State = ImportBatch.State
OVER = (State.COMMITTED, State.UNDONE)


def with_files() -> QuerySet[ImportBatch]:
    """Return the imports that are over and whose file is still kept."""
    return ImportBatch.objects.filter(state__in=OVER).exclude(file="").select_related("owner")


def drop(batches: Sequence[ImportBatch]) -> int:
    """Let the rows of imports and the names of their files go; the files themselves go once this is committed."""
    ImportRow.objects.filter(batch__in=batches).delete()
    return ImportBatch.objects.filter(pk__in=[batch.pk for batch in batches]).update(file="")


def discard(batches: Sequence[ImportBatch]) -> None:
    """Remove the files of imports."""
    for batch in batches:
        default_storage.delete(batch.file)


def naming(who: Forgotten) -> QuerySet[ImportBatch]:
    """Return the imports that are over, whose file is kept, and whose rows name somebody's address."""
    if not who.address:
        return ImportBatch.objects.none()
    said = Q(cells__icontains=who.address) | Q(values__icontains=who.address) | Q(label__icontains=who.address)
    return with_files().filter(pk__in=ImportRow.objects.filter(said).values("batch"))


def forget(who: Forgotten) -> int:
    """Let the imports that name somebody go, files and rows; return how many."""
    batches = list(naming(who))
    drop(batches)
    transaction.on_commit(lambda: discard(batches))
    return len(batches)
