"""Where checkpoints are published: chosen, changed, and served at once on demand."""

from collections.abc import Mapping
from typing import Any

from governance.channels.models import Channel
from governance.core import clock, jobs
from governance.core.errors import Conflict
from governance.core.verdict import require
from governance.ledger import journal, transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.witness import rules
from governance.witness.actions.keeping import faults, locked
from governance.witness.models import Publication

JOB = "witness.publish"
BY_CHANNEL = (Publication.Kind.EMAIL, Publication.Kind.WEBHOOK)


@action
def add_publication(
    *, actor: User, name: str, kind: str, place: str = "", channel: Channel | None = None, every_minutes: int = 60
) -> Publication:
    """Have new checkpoints published somewhere. Raises Denied, Invalid, Conflict when the name is taken."""
    require(rules.may_keep(actor))
    made = Publication(name=name.strip(), kind=kind, place=place.strip("/ "), channel=channel, every_minutes=every_minutes)
    _look_at(made.kind, made.place, made.channel)
    return transitions.create(made, actor=actor, kind="publication.added", payload=_told(made))


@action
def edit_publication(
    publication: Publication, *, actor: User, changes: Mapping[str, Any], expected_version: int | None = None
) -> Publication:
    """Change name, place, channel or pace; the kind stays. Raises as `add_publication`, StaleState."""
    now = locked(publication, actor, expected_version)
    moved = {name: value for name, value in changes.items() if name in ("name", "place", "channel", "every_minutes")}
    if "name" in moved:
        moved["name"] = moved["name"].strip()
    if "place" in moved:
        moved["place"] = moved["place"].strip("/ ")
    place, channel = moved.get("place", now.place), moved.get("channel", now.channel)
    _look_at(now.kind, place, channel)
    told = {"name": moved.get("name", now.name), "kind": now.kind, "to": channel.key if channel else place}
    return transitions.change(now, actor=actor, kind="publication.edited", changes=moved, payload=told)


@action
def publish_now(publication: Publication, *, actor: User) -> Publication:
    """Have the newest checkpoint published at once. Raises Denied, Conflict while the target is not active."""
    now = locked(publication, actor, None)
    if now.state != Publication.State.ACTIVE:
        raise Conflict(f"This target is {now.get_state_display().lower()}.", fix="Resume it first.")
    journal.record("publication.asked", actor=actor, subject=now, payload={"name": now.name})
    jobs.enqueue(JOB, args={"publication": now.pk}, key=f"{now.pk}:now:{clock.now().timestamp()}")
    return now


def _look_at(kind: str, place: str, channel: Channel | None) -> None:
    if kind not in Publication.Kind.values:
        faults(kind=f"One of {', '.join(Publication.Kind.values)}.")
    if kind not in BY_CHANNEL:
        faults(place=rules.place_fault(place), channel="A folder or object store has no channel." if channel else "")
        return
    said = "" if channel and channel.kind == kind else f"Choose a channel of the kind {Publication.Kind(kind).label.lower()}."
    if channel is not None and channel.state == Channel.State.RETIRED:
        said = "This channel is retired."
    faults(channel=said, place="This kind has no folder." if place else "")


def _told(made: Publication) -> dict[str, str]:
    return {"name": made.name, "kind": made.kind, "to": made.channel.key if made.channel else made.place}
