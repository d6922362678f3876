"""Reads of audit packs; `visible_to` is the only door."""

import re
from datetime import UTC, date
from typing import Any

from django.db.models import QuerySet

from governance.core import clock
from governance.core.contributions import contributed, contribution
from governance.core.errors import NotVisible
from governance.core.models import Job
from governance.packs.models import Pack, PackReader
from governance.packs.sections import PackScope, PackSection, Subject

BUILD = "packs.build"
KEY = re.compile(r"^(?:[Pp][Kk]-)?0*(\d{1,18})$")


def visible_to(user: Any) -> QuerySet[Pack]:
    """Return the packs a person may see."""
    rows: QuerySet[Pack] = Pack.objects.visible_to(user).select_related("asked_by")
    return rows


def get(user: Any, key: str) -> Pack:
    """Return one pack by its key (PK-3). Raises NotVisible."""
    found = KEY.match(key)
    pack = visible_to(user).filter(pk=int(found.group(1)) if found else 0).first()
    if pack is None:
        raise NotVisible(f"There is no audit pack {key[:40]} that you can see.", fix="Check the key, or ask who built it.")
    return pack


def scopes(user: Any) -> list[PackScope]:
    """Return the kinds of scope that a person may choose."""
    return [each for each in contributed(PackScope) if each.allowed(user)]


def scope_named(key: str) -> PackScope | None:
    """Return a kind of scope, or None when there is none of that name."""
    try:
        return contribution(PackScope, key)
    except LookupError:
        return None


def sections(edition: str, redact: frozenset[str]) -> list[PackSection]:
    """Return the sections of an edition, in order, without those that policy leaves out."""
    return [each for each in contributed(PackSection) if edition in each.editions and each.key not in redact]


def subjects_of(pack: Pack) -> tuple[Subject, ...]:
    """Return what a pack was asked for, as the ledger names it."""
    return tuple(Subject(*each) for each in pack.subjects)


def job_of(pack: Pack) -> Job | None:
    """Return the job that builds a pack, or built it last; None once it is forgotten."""
    return Job.objects.filter(kind=BUILD, key__startswith=f"{BUILD}:{pack.key}:").order_by("-pk").first()


def readers_of(pack: Pack) -> QuerySet[PackReader]:
    """Return to whom a pack is given now."""
    return PackReader.objects.filter(pack=pack, ended_at=None).select_related("person")


def about_words(pack: Pack) -> str:
    """Return what a pack is about in a few words: the company, or its subjects by key."""
    if not pack.subjects:
        return pack.get_scope_display().lower()
    keys = [each[2] or each[3] for each in pack.subjects]
    return ", ".join(keys[:3]) + (f" and {len(keys) - 3} more" if len(keys) > 3 else "")


def utc_today() -> date:
    """Return today's UTC day: a pack's period is counted in these."""
    return clock.now().astimezone(UTC).date()
