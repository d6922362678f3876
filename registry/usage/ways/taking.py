"""Takes items and tables: read one by one, the good ones stored together, the others told with their reasons."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from governance.core import clock
from governance.core.errors import Denied
from governance.core.verdict import require
from governance.people.models import User
from registry.usage import storing
from registry.usage.calls import Call, Refusal, Stored
from registry.usage.models import UsageSource, Way
from registry.usage.otlp.values import BadSpan
from registry.usage.sources import doors, rules
from registry.usage.ways import tables
from registry.usage.ways.items import call_of


@dataclass
class Taken:
    """What became of a table: how it was stored, its refused rows as CSV ("" for none), and how they are told."""

    stored: Stored
    given: int
    refused: str
    told: list[tuple[int, str]]


def take(items: Iterable[Any], *, actor: User, way: str = Way.REST) -> Stored:
    """Store a batch of items. Refusals have the place in the batch. Raises Denied for who may not send."""
    source = _source(actor)
    calls: list[Call] = []
    places: list[int] = []
    refused: list[Refusal] = []
    sender = source.key if source is not None else actor.ref
    for place, item in enumerate(items):
        try:
            calls.append(call_of(item, sender=sender))
            places.append(place)
        except BadSpan as error:
            refused.append(Refusal(place, error.reason, error.message))
    stored = storing.store(calls, source=source, sender=actor, way=way, received_at=clock.now(), refused=refused)
    own = {id(each) for each in refused}
    others = [replace(each, place=places[each.place]) for each in stored.refused if id(each) not in own]
    return replace(stored, refused=sorted([*refused, *others], key=lambda each: each.place))


def take_table(file: bytes, file_name: str, *, actor: User) -> Taken:
    """Store a table's rows; those that are refused come back with their reasons. Raises Invalid for what is no such table."""
    sheet = tables.read(file, file_name)
    stored = take([item for _, _, item in sheet.rows], actor=actor, way=Way.CSV)
    reasons = {each.place: (each.reason, each.message) for each in stored.refused}
    told = [(sheet.rows[place][0], message) for place, (_, message) in sorted(reasons.items())]
    return Taken(stored, len(sheet.rows), sheet.refused(reasons) if reasons else "", told)


def _source(actor: User) -> UsageSource | None:
    """Return the source that this account sends as. Raises Denied for a retired one and for who sends nothing at all."""
    source = doors.source_of(actor) if actor.kind == User.Kind.SERVICE else None
    if source is not None and source.state != UsageSource.State.ACTIVE:
        raise Denied(f"The source {source.name} is retired.", fix="Take it up again, or use another source.")
    require(rules.may_add(actor))
    return source
