"""Reads of targets, witnesses and watched logs: `visible_to` of their tables is the only door."""

import re
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Max, Model, Q, QuerySet

from governance.core.errors import NotVisible
from governance.proofs.models import Checkpoint
from governance.witness.models import Cosignature, Cosigned, Publication, Standing, WatchedLog, Witness

M = TypeVar("M", bound=Model)


def publications(user: Any) -> QuerySet[Publication]:
    """Return the targets that somebody may see."""
    return Publication.objects.visible_to(user).select_related("channel")


def witnesses(user: Any) -> QuerySet[Witness]:
    """Return the witnesses that somebody may see."""
    return Witness.objects.visible_to(user)


def logs(user: Any) -> QuerySet[WatchedLog]:
    """Return the watched logs that somebody may see, each with how far it was cosigned."""
    found: QuerySet[WatchedLog] = WatchedLog.objects.visible_to(user)
    return found.annotate(newest_size=Max("cosigned__size"), newest_at=Max("cosigned__made_at"))


def get(rows: QuerySet[M], mark: str, key: str) -> M:
    """Return one row by its key (CP-1, WT-1, WL-1; `mark` are its letters). Raises NotVisible."""
    found = re.fullmatch(rf"(?:{mark}-)?0*([0-9]{{1,18}})", key, re.I)
    row = rows.filter(pk=int(found[1]) if found else 0).first()
    if row is None:
        raise NotVisible(f"There is nothing called {key[:40]} that you can see.", fix="Check the key, or look in the list.")
    return row


def due(model: type[Publication] | type[Witness], size: int, now: datetime) -> QuerySet[Any]:
    """Return the active targets or witnesses that have not got the checkpoint over `size` entries, and whose time has come."""
    rows: QuerySet[Any] = model.objects.filter(Q(next_at=None) | Q(next_at__lte=now), state=Standing.ACTIVE, last_size__lt=size)
    return rows.filter(alarm="") if model is Witness else rows


def alarmed() -> QuerySet[Witness]:
    """Return the witnesses that have seen another ledger than ours."""
    found: QuerySet[Witness] = Witness.objects.exclude(state=Standing.RETIRED).exclude(alarm="").order_by("pk")
    return found


def cosignatures(checkpoint: Checkpoint) -> QuerySet[Cosignature]:
    """Return the cosignatures of a checkpoint, oldest first."""
    return Cosignature.objects.filter(checkpoint=checkpoint).select_related("witness", "checkpoint").order_by("pk")


def by_witness(witness: Witness) -> QuerySet[Cosignature]:
    """Return what a witness cosigned, newest first."""
    return witness.cosignatures.select_related("witness", "checkpoint").order_by("-pk")


def of_log(log: WatchedLog) -> QuerySet[Cosigned]:
    """Return what we cosigned of a log, newest first."""
    return log.cosigned.order_by("-pk")


def known_size(witness: Witness) -> int:
    """Return the largest size that a witness cosigned for us, as far as we kept it."""
    return witness.cosignatures.aggregate(most=Max("checkpoint__size"))["most"] or 0
