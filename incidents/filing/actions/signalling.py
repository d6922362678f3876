"""Alerts of other systems come in: one incident for what belongs together, and a timeline that follows what they say.

Alertmanager sends a group again and again while it fires, from several replicas at once, and once more when it is over.
A group's row is locked, and an alert is kept once from when it began to fire: a repeated delivery changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from governance.core import clock
from governance.core.digest import digest
from governance.core.verdict import require
from governance.ledger.journal import action
from governance.people.models import User
from incidents.cases import actions as cases
from incidents.cases.models import BURNING, Incident, TimelineEntry
from incidents.filing import queries, rules
from incidents.filing.actions.reporting import report
from incidents.filing.models import Signal, SignalGroup
from incidents.filing.signalling import Alarm, Delivery, cut
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

ALL_OVER = "No alert of this group fires any more. Whether it is over is for people to say."


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a delivery: its incident (None where nothing fires and none was opened), and how much was new."""

    incident: Incident | None
    opened: bool = False
    fired: int = 0
    resolved: int = 0


def receive(delivery: Delivery, *, actor: User) -> Taken:
    """Take in one delivery. Raises Denied; surfaces and categories that are not known here are left to triage."""
    require(rules.may_report(actor))
    with transaction.atomic():
        group = _locked(delivery, actor)
        if group is None:
            return Taken(None)
        held = {(each.fingerprint, each.started_at): each for each in group.signals.select_related("incident")}
        fresh = [alarm for alarm in delivery.firing if (alarm.fingerprint, alarm.started_at) not in held]
        over = [
            (signal, alarm)
            for alarm in delivery.alarms
            if not alarm.firing
            and (signal := held.get((alarm.fingerprint, alarm.started_at))) is not None
            and signal.ended_at is None
        ]
        if not (fresh or over):
            return Taken(group.incident)
        return _take(group, delivery, fresh, over, actor=actor)


def _locked(delivery: Delivery, actor: User) -> SignalGroup | None:
    """Return the group of a delivery, held until the transaction ends; one that never fired is not begun."""
    of = digest({"sender": actor.ref, "receiver": delivery.receiver, "group": delivery.group_key})
    if not delivery.firing and not SignalGroup.objects.filter(digest=of).exists():
        return None
    SignalGroup.objects.get_or_create(digest=of)
    return SignalGroup.objects.select_for_update(of=("self",)).select_related("incident").get(digest=of)


@action
def _take(
    group: SignalGroup,
    delivery: Delivery,
    fresh: Sequence[Alarm],
    over: Sequence[tuple[Signal, Alarm]],
    *,
    actor: User,
) -> Taken:
    for signal, alarm in over:
        signal.ended_at = alarm.ended_at or clock.now()
        signal.save(update_fields=["ended_at"])
        _note(signal.incident, f"Resolved by itself. {alarm.said}", actor, alarm.url)
    incident, opened = group.incident, False
    if fresh:
        if incident is None or incident.state not in BURNING:
            incident, opened = _open(delivery, fresh, actor), True
            group.incident = incident
            group.save(update_fields=["incident"])
        for alarm in fresh:
            group.signals.create(incident=incident, fingerprint=alarm.fingerprint, started_at=alarm.started_at)
            if not opened:
                _note(incident, f"Fires as well. {alarm.said}", actor, alarm.url)
    elif incident is not None and not group.signals.filter(ended_at=None).exists():
        _note(incident, ALL_OVER, actor, delivery.url)
    return Taken(incident, opened, len(fresh), len(over))


def _open(delivery: Delivery, fresh: Sequence[Alarm], actor: User) -> Incident:
    began = min(min(alarm.started_at for alarm in fresh), clock.now())
    labels = ", ".join(f"{name}={value}" for name, value in sorted(delivery.labels.items()))
    made = report(
        actor=actor,
        what=delivery.told() or delivery.title,
        title=delivery.title,
        where=cut(labels),
        surface=_surface(delivery, actor),
        category=queries.known(delivery.category),
        ongoing=True,
        near_miss=False,
        source=Incident.Source.ALERTMANAGER,
        detected_at=began,
    )
    if url := delivery.url or fresh[0].url:
        _note(made.incident, f"Alertmanager, receiver {cut(delivery.receiver)}.", actor, url)
    return made.incident


def _surface(delivery: Delivery, actor: User) -> Surface | None:
    """Return the surface that labels name, as far as the sender may see it."""
    named = surfaces.KEY.match(delivery.surface_key)
    return surfaces.visible_to(actor).filter(pk=int(named.group(1))).first() if named else None


def _note(incident: Incident, text: str, actor: User, url: str) -> None:
    cases.note(incident, actor=actor, kind=TimelineEntry.Kind.ALERT, text=text, url=url)
