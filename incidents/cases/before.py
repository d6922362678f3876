"""What changed before an incident: found in the ledger by itself, nearest first."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.urls import reverse

from governance.core.contributions import ObjectLink, contributed
from governance.ledger import kinds
from governance.ledger.models import Entry, Mention
from governance.people.models import User
from incidents.cases.models import Incident
from incidents.cases.queries import surfaces_of
from registry.assets.models import AssetUse
from registry.surfaces.models import Mode, Surface

HOURS = 72
MOST = 40
SURFACE, ASSET = "registry.surface", "registry.asset"
OWN = ("surface.in_force", "surface.tier_set", "surface.moved", "surface.owner_set", "mode.lowered", "mode.raised")
"""What the ledger tells of a surface itself, and that may change how it behaves or who minds it."""
NAMED = {
    "registry.endpoint": ("endpoint.changed", "endpoint.approved", "endpoint.suspended", "endpoint.retired"),
    "registry.tool": ("tool.changed", "tool.approved", "tool.suspended", "tool.retired"),
    "registry.vendor": ("vendor.changed", "vendor.terms_saved", "vendor.suspended"),
}
"""What it tells of things that the contract in force names, by their keys."""
TOUCHING = ("exception.in_force", "exception.expired", "exception.ended", "quarantine.placed", "quarantine.lifted")
EVERYWHERE = ("policy.applied",)
VERSION = "asset.version_recorded"
APPROVED = ("surface.in_force", "mode.raised", "endpoint.approved", "tool.approved", "exception.in_force", "policy.applied")
ENDED = ("exception.expired", "exception.ended", "endpoint.suspended", "tool.suspended", "vendor.suspended")


@dataclass(frozen=True)
class Before:
    """One change before an incident.

    `hours` is how long before, whole hours; `tone` and `word` say whether it was approved; `short` names it in a picture.
    """

    at: datetime
    hours: int
    kind: str
    title: str
    detail: str
    url: str
    tone: str
    word: str
    short: str
    seq: int

    @property
    def is_suspect(self) -> bool:
        """Whether nobody approved it."""
        return self.tone == "stop"


def recent_changes(incident: Incident, hours: int = HOURS, found: Sequence[Surface] | None = None) -> list[Before]:
    """Return what changed in the hours before an incident began to show, nearest first, at most `MOST`.

    Looked at are its surfaces (`found`, else read), the endpoints, tools, vendors and assets that their contracts in force
    name, exceptions and the policy. It began when it occurred, else when it was noticed, else when it was reported; what
    came in between counts as well.
    """
    touched = list(found) if found is not None else surfaces_of(incident)
    if not touched:
        return []
    named = _named(touched)
    used = AssetUse.objects.filter(revision__in=[each.in_force_id for each in touched if each.in_force_id])
    start, until = incident.began_at - timedelta(hours=hours), incident.reported_at
    about = _about([each.pk for each in touched], named, used)
    by = Subquery(User.objects.filter(ref=OuterRef("actor_ref")).values("name")[:1])
    rows = list(Entry.objects.filter(about, at__gt=start, at__lte=until).annotate(by=by).order_by("-seq")[:MOST])
    versions = _versions(used) if any(row.kind == VERSION for row in rows) else []
    held = {(asset, label) for asset, _, label in versions}
    names = {asset: name for asset, name, _ in versions}
    return [_told(row, incident, held, names) for row in rows]


def _named(touched: Iterable[Surface]) -> dict[str, set[str]]:
    keys: dict[str, set[str]] = {type_: set() for type_ in NAMED}
    for surface in touched:
        contract: dict[str, Any] = surface.in_force.contract if surface.in_force else {}
        keys["registry.endpoint"] |= {row.get("endpoint", "") for row in contract.get("routes", [])}
        keys["registry.tool"] |= {row.get("key", "") for row in contract.get("authority", {}).get("tools", [])}
        if surface.vendor_id and surface.vendor:
            keys["registry.vendor"].add(surface.vendor.key)
    return keys


def _versions(used: QuerySet[AssetUse]) -> list[tuple[str, str, str]]:
    """Return the assets that the contracts in force name: id as text, name, label of the version."""
    found = used.values_list("version__asset_id", "version__asset__name", "version__label")
    return [(str(pk), name, label) for pk, name, label in found]


def _about(ids: Iterable[int], named: dict[str, set[str]], used: QuerySet[AssetUse]) -> Q:
    texts = [str(pk) for pk in ids]
    mentions = Mention.objects.filter(subject_type=SURFACE, subject_id__in=texts).values("entry")
    about = Q(kind__in=EVERYWHERE) | Q(kind__in=OWN, subject_type=SURFACE, subject_id__in=texts)
    about |= Q(kind__in=(*TOUCHING, VERSION), pk__in=mentions)
    assets = used.annotate(asset=Cast("version__asset_id", CharField())).values("asset")
    about |= Q(kind=VERSION, subject_type=ASSET, subject_id__in=assets)
    for type_, keys in named.items():
        if keys:
            about |= Q(kind__in=NAMED[type_], subject_type=type_, subject_key__in=keys)
    return about


def _told(row: Any, incident: Incident, held: set[tuple[str, str]], names: dict[str, str]) -> Before:
    payload = json.loads(row.body)["payload"]
    title, short, url = _words(row, payload, names)
    tone, word = _mark(row, payload, held)
    detail = f"By {row.by}." if row.by else ""
    if row.kind == VERSION and tone == "stop":
        detail = f"{detail} Not in the revision in force, no approval asked.".strip()
    if payload.get("reason"):
        detail = f"{detail} {payload['reason']}".strip()
    hours = max(0, round((incident.reported_at - row.at).total_seconds() / 3600))
    return Before(row.at, hours, row.kind, title, detail, url, tone, word, short, row.seq)


def _words(row: Entry, payload: dict[str, Any], names: dict[str, str]) -> tuple[str, str, str]:
    """Return how a change is called in a list, in a picture, and where it leads."""
    if row.kind == "surface.in_force":
        number, change = payload["number"], payload.get("change", "")
        url = reverse("change", args=[change]) if change else reverse("surface", args=[row.subject_key])
        return f"Revision {number} came into force", f"r{number}", url
    if row.kind in ("mode.lowered", "mode.raised"):
        after = payload["after"]
        called = str(Mode(after).label if after in Mode.values else after).lower()
        way = "lowered" if row.kind == "mode.lowered" else "raised"
        return f"Mode {way} to {called}", called, reverse("surface", args=[row.subject_key])
    if row.kind == VERSION:
        name = names.get(row.subject_id, row.subject_key)
        return f"{name}: version {payload['label']} recorded", str(payload["label"]), reverse("asset", args=[row.subject_key])
    sentence = kinds.get(row.kind).sentence.format_map({**payload, "subject": row.subject_key or "it"})
    return sentence[:1].upper() + sentence[1:], _short(row.kind), _page(row)


def _short(kind: str) -> str:
    of, _, what = kind.partition(".")
    return what.partition("_")[0] if of == "surface" else of


def _page(row: Entry) -> str:
    links = {each.key: each for each in contributed(ObjectLink)}
    link = links.get(row.subject_type)
    return link.url(row.subject_id) if link is not None else ""


def _mark(row: Entry, payload: dict[str, Any], held: set[tuple[str, str]]) -> tuple[str, str]:
    if row.kind in APPROVED:
        return "ok", "approved"
    if row.kind == VERSION:
        approved = (row.subject_id, payload["label"]) in held or bool(payload.get("revision"))
        return ("ok", "in the contract") if approved else ("stop", "not approved")
    if row.kind == "mode.lowered":
        return "held", "at once"
    return ("warn", "ended") if row.kind in ENDED else ("wait", "recorded")
