"""What is gone for good and may be: content let go because its time was over, or because a person was erased.

The ledger keeps digests of all that it bound. Where what they are digests of is not there any more, or was emptied, a row
here says why, and is itself bound to the entry that tells it. A gap without such a row is tampering. Verification asks
`explains_row`, `explains_part` and `explains_file`; whoever lets go calls `let_go` first: the triggers of tables that may
lose a row or its words (`appendonly.may_go`) ask for it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.lookups import Exact

from governance.core import clock
from governance.ledger.appendonly import protect
from governance.ledger.rows import AppendOnly

FILE = "file"
PART = "governance.entry"


@protect
class LetGo(AppendOnly):
    """Some rows of a table (by their range of ids), a personal part of an entry, or a file, that are gone or emptied.

    `model` is a table ("registry.evalcase"), "governance.entry" for a part of the entry numbered `first_id`, named by
    `name`, or "file", whose SHA-256 is `name`. `cause` is what took it: a kind of record whose time was over ("notices"),
    or an erasure ("ER-3"). A file that is handed in again is noted as returned; its newest note is the one that holds.
    """

    class Because(models.TextChoices):
        """What took it."""

        RETENTION = "retention", "Its time was over"
        ERASURE = "erasure", "A person was erased"
        RETURNED = "returned", "It was handed in again"

    model = models.CharField(max_length=60)
    name = models.CharField(max_length=64, blank=True)
    first_id = models.BigIntegerField(default=0)
    last_id = models.BigIntegerField(default=0)
    because = models.CharField(max_length=9, choices=Because.choices)
    cause = models.CharField(max_length=40)
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        app_label = "governance"
        ordering = ["pk"]
        verbose_name_plural = "let go"
        indexes = [
            models.Index(fields=["model", "first_id", "last_id"], name="let_go_rows"),
            models.Index(fields=["model", "name"], name="let_go_named"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(last_id__gte=models.F("first_id")), name="let_go_in_order"),
            models.CheckConstraint(condition=~Q(model="file") | ~Q(name=""), name="let_go_file_has_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.name or self.first_id}"

    @property
    def said(self) -> str:
        """Why it is not there, in a sentence."""
        what = "when its time was over" if self.because == self.Because.RETENTION else f"by {self.cause}, which erased a person"
        return f"Let go on {self.at:%-d %B %Y} {what}."


def let_go(model: str, ids: Iterable[int], *, because: str, cause: str) -> list[LetGo]:
    """Note in the open action that rows go; ids that follow one another make one note. Returns the notes."""
    notes = [
        LetGo(model=model, first_id=first, last_id=last, because=because, cause=cause) for first, last in _ranges(sorted(ids))
    ]
    return LetGo.objects.bulk_create(notes)


def let_files_go(digests: Iterable[str], *, because: str, cause: str) -> list[LetGo]:
    """Note in the open action that files go, by their SHA-256; one that is gone already is not noted again."""
    wanted = sorted(set(digests) - gone_files(digests))
    return LetGo.objects.bulk_create([LetGo(model=FILE, name=each, because=because, cause=cause) for each in wanted])


def file_returned(digest: str, *, cause: str) -> None:
    """Note in the open action that a file which had been let go is here again; nothing when it never went."""
    if explains_file(digest) is not None:
        LetGo(model=FILE, name=digest, because=LetGo.Because.RETURNED, cause=cause).save()


def gone_files(digests: Iterable[str]) -> set[str]:
    """Return which of these files (SHA-256) are let go and did not return."""
    notes = LetGo.objects.filter(model=FILE, name__in=list(digests)).order_by("pk").values_list("name", "because")
    return {name for name, because in dict(notes).items() if because != LetGo.Because.RETURNED}


def still_here(column: str) -> Q:
    """Return what keeps rows whose file, named by its SHA-256 in a column (a path from the row), is not let go."""
    newest = LetGo.objects.filter(model=FILE, name=OuterRef(column)).order_by("-pk").values("because")[:1]
    return ~Exists(LetGo.objects.filter(model=FILE, name=OuterRef(column))) | Q(Exact(Subquery(newest), LetGo.Because.RETURNED))


def forget_parts(parts: models.QuerySet[Any], *, cause: str) -> int:
    """Erase personal parts of entries (rows of PersonalPayload), words and salts, and note each; return how many."""
    named = list(parts.order_by("entry_id", "name").values_list("pk", "entry_id", "name"))
    notes = [
        LetGo(model=PART, first_id=seq, last_id=seq, name=name, because=LetGo.Because.ERASURE, cause=cause)
        for _, seq, name in named
    ]
    LetGo.objects.bulk_create(notes)
    for start in range(0, len(named), 500):
        parts.model._default_manager.filter(pk__in=[pk for pk, _, _ in named[start : start + 500]]).delete()
    return len(named)


def explains_row(model: str, pk: int) -> LetGo | None:
    """Return why a row is gone or emptied, or None when nothing explains it."""
    return LetGo.objects.filter(model=model, first_id__lte=pk, last_id__gte=pk).order_by("pk").first()


def explains_part(seq: int, name: str) -> LetGo | None:
    """Return why the personal part of an entry is gone, or None when nothing explains it."""
    return LetGo.objects.filter(model=PART, first_id=seq, name=name).order_by("pk").first()


def explains_file(digest: str) -> LetGo | None:
    """Return why a file is gone, by its SHA-256, or None when nothing explains it."""
    note = LetGo.objects.filter(model=FILE, name=digest).order_by("-pk").first()
    return None if note is None or note.because == LetGo.Because.RETURNED else note


def _ranges(ids: Sequence[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for pk in ids:
        if found and found[-1][1] == pk - 1:
            found[-1] = (found[-1][0], pk)
        else:
            found.append((pk, pk))
    return found


def gone(model: str, column: str) -> str:
    """Return the SQL condition under which a row of a table may go: a note that covers its id. `column` is its id."""
    return (
        "EXISTS (SELECT 1 FROM governance_letgo g"  # noqa: S608 - names of our own
        f" WHERE g.model = '{model}' AND g.first_id <= {column} AND g.last_id >= {column})"
    )


def all_of(model: str) -> list[Any]:
    """Return the notes about a table as (first id, last id), in order: for those who look at all its rows."""
    return list(LetGo.objects.filter(model=model).order_by("first_id").values_list("first_id", "last_id"))
