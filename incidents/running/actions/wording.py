"""What an incident says and touches, and who has a part in it. Two who write at once never lose a word."""

from collections.abc import Iterable, Sequence
from typing import Any

from governance.core.errors import Conflict, Invalid, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import rules as people
from governance.people.models import User
from governance.retention import queries as retention
from incidents.cases import queries as cases
from incidents.cases.models import Incident, IncidentEndpoint, IncidentSurface, TimelineEntry
from incidents.cases.rules import is_system
from incidents.running import queries, rules
from incidents.running.actions.common import follow, locked, move, ready
from registry.catalog.models import Endpoint
from registry.surfaces.models import Surface
from registry.surfaces.queries import visible_to

TEXTS = ("title", "what", "where", "summary", "impact")
FACTS = (
    "category", "near_miss", "ongoing", "vendor", "people_estimated", "user_harm", "blast_radius", "data_classes", "trace_ids",
    "occurred_at", "detected_at",
)  # fmt: skip
FIELDS = (*TEXTS, *FACTS)
"""What `edit` may change: severity, state and people have steps of their own."""
MOST_TRACES = 200
NAMED = {
    "owner": "gave it to {}, who answers for it now.",
    "commander": "named {} commander.",
    "communications": "asked {} to speak for it.",
    "scribe": "asked {} to write it down.",
}


def _column(name: str) -> Any:
    return Incident._meta.get_field(name)


def called(name: str) -> str:
    """Return how a field is called in a sentence."""
    return str(_column(name).verbose_name)


class EditClash(StaleState):
    """Two people changed the same field: `theirs` is what holds now, by field; what was typed is the writer's to keep."""

    def __init__(self, incident: Incident, names: Sequence[str]) -> None:
        fields = " and ".join(called(name) for name in names)
        super().__init__(
            f"While you wrote, somebody else changed {fields} too.",
            fix="Both texts are shown below. Bring them together and save again; nothing of yours is lost.",
            fields={name: ["Somebody else changed this meanwhile; their text stands beside yours."] for name in names},
        )
        self.theirs = {name: getattr(incident, name) for name in names}


@action
def edit(incident: Incident, *, actor: User, expected_version: int | None = None, reason: str = "", **changes: Any) -> Incident:
    """Change what an incident says. `expected_version` is what the writer saw; what others changed since is merged.

    Fields that only one of both changed are all kept. Raises EditClash when both changed the same field, Denied, Invalid by
    field, TypeError for a field that is not of `FIELDS`, StaleState for a version that never was.
    """
    if stray := set(changes) - set(FIELDS):
        raise TypeError(f"an incident has no {', '.join(sorted(stray))} to be edited")
    now = ready("edit", incident, actor)
    given = _clean(now, changes)
    held = {name: _stored(getattr(now, name)) for name in given}
    seen = now.version if expected_version is None else expected_version
    base = held if seen == now.version else _seen(now, seen, list(given))
    wanted, clashing = rules.clashes(base, {name: _stored(value) for name, value in given.items()}, held)
    if clashing:
        raise EditClash(now, clashing)
    if not wanted:
        raise Invalid("Nothing is different.", fix="Change something, or go back.")
    said = ", ".join(called(name) for name in wanted)
    done = move(
        now,
        actor=actor,
        kind="incident.edited",
        entry=TimelineEntry.Kind.NOTE,
        text=f"changed {said}.",
        changes={name: given[name] for name in wanted},
        told={"seen": seen},
        reason=reason,
        data={"fields": list(wanted)},
    )
    follow(done, actor)
    return done


def _seen(incident: Incident, version: int, names: Iterable[str]) -> dict[str, Any]:
    row = queries.seen_as(incident, version)
    if row is None:
        raise StaleState("What you saw of this incident is not known here.", fix="Reload the page. What you typed is kept.")
    return {name: row[_column(name).attname] for name in names}


def _stored(value: Any) -> Any:
    return value.pk if hasattr(value, "pk") else value


def _clean(incident: Incident, changes: dict[str, Any]) -> dict[str, Any]:
    given = {name: value.strip() if isinstance(value, str) else value for name, value in changes.items()}
    wrong: dict[str, list[str]] = {}
    if "title" in given and not given["title"]:
        wrong["title"] = ["Say in a few words what is wrong."]
    if given.get("category", incident.category) not in (incident.category, *queries.categories()):
        wrong["category"] = ["Policy has no such category; choose one of its own."]
    if "data_classes" in given:
        given["data_classes"] = sorted(set(given["data_classes"]))
        known = {key for key, _ in queries.data_classes()} | set(incident.data_classes)
        if stray := set(given["data_classes"]) - known:
            wrong["data_classes"] = [f"Policy has no data class {sorted(stray)[0][:60]!r}."]
    if "trace_ids" in given:
        given["trace_ids"] = list(dict.fromkeys(str(each).strip() for each in given["trace_ids"] if str(each).strip()))
        if len(given["trace_ids"]) > MOST_TRACES or any(len(each) > MOST_TRACES for each in given["trace_ids"]):
            wrong["trace_ids"] = [f"At most {MOST_TRACES} ids of at most {MOST_TRACES} characters."]
    for name in ("occurred_at", "detected_at"):
        at: Any = given.get(name)
        if at is not None and at > incident.reported_at:
            wrong[name] = ["It came before it was reported."]
    if wrong:
        raise Invalid("This cannot be kept.", fields=wrong)
    return given


@action
def name_role(
    incident: Incident, *, actor: User, role: str, person: User | None, expected_version: int | None = None
) -> Incident:
    """Give a part in an incident to somebody, or to nobody; who answers for it (role "owner", R1) is always somebody.

    Raises Denied, StaleState, Invalid for an unknown role or somebody who cannot own things, Conflict when it is theirs.
    """
    if role not in rules.ROLES:
        raise Invalid("There is no such part in an incident.", fields={"role": [f"One of {', '.join(rules.ROLES)}."]})
    now = ready("edit", incident, actor, expected_version)
    before: User | None = getattr(now, role)
    if person is None and role == "owner":
        raise Invalid("Somebody answers for every incident.", fields={"person": ["Name one active person."]})
    if person is not None and not (verdict := people.may_own(person)):
        raise Invalid(verdict.reason, fix=verdict.fix, fields={"person": [verdict.reason]})
    if (person.pk if person else None) == (before.pk if before else None):
        raise Conflict(f"{person or 'Nobody'} has this part already.", fix="Choose somebody else.")
    text = NAMED[role].format(person) if person else f"took {before} off as {rules.ROLES[role].lower()}."
    told = {"role": role, "person": person.ref if person else "", "before": before.ref if before else ""}
    return move(
        now,
        actor=actor,
        kind="incident.role_named",
        entry=TimelineEntry.Kind.ROLE,
        text=text,
        changes={role: person},
        told=told,
        touches=(person,) if person else (),
        data={"role": role, "person": told["person"]},
    )


@action
def give_owner(incident: Incident, *, actor: User, to: User, reason: str = "") -> Incident:
    """Name who answers for an incident when its owner leaves (R1). Raises as `name_role`."""
    return name_role(incident, actor=actor, role="owner", person=to)  # type: ignore[no-any-return]


@action
def forget_reporter(incident: Incident, *, actor: User, reason: str, expected_version: int | None = None) -> Incident:
    """Erase name and address of whoever reported without an account: they stand nowhere else, so they are gone.

    Raises Denied, StaleState, Invalid without a reason, Conflict when nothing is held.
    """
    require(rules.may_forget(actor))
    now = locked(incident, expected_version)
    if holds := retention.holds_on(surfaces=[now.surface_id], incidents=[now.pk]):
        raise Conflict(f"The legal hold {holds[0].key} keeps it.", fix="It is erased once the hold is released.", code="held")
    if not reason.strip():
        raise Invalid("Say why it is erased.", fields={"reason": ["This is needed."]})
    if not now.reporter_name and not now.reporter_email:
        raise Conflict("No name and no address of a reporter is held.", fix="There is nothing to erase.")
    return transitions.change(
        now,
        actor=actor,
        kind="incident.reporter_forgotten",
        changes={"reporter_name": "", "reporter_email": ""},
        reason=reason.strip(),
    )


@action
def affect(
    incident: Incident,
    *,
    actor: User,
    surfaces: Iterable[Surface] | None = None,
    endpoints: Iterable[Endpoint] | None = None,
    expected_version: int | None = None,
) -> Incident:
    """Say which further surfaces and which endpoints an incident touches: the whole of each; None leaves one as it is.

    Raises Denied, StaleState, Invalid for a surface that the actor does not see, Conflict when nothing is different.
    """
    now = ready("edit", incident, actor, expected_version)
    added: list[str] = []
    removed: list[str] = []
    touched: list[Any] = []
    if surfaces is not None:
        _set_surfaces(now, actor, [each for each in surfaces if each.pk != now.surface_id], added, removed, touched)
    if endpoints is not None:
        _set_endpoints(now, list(endpoints), added, removed)
    if not added and not removed:
        raise Conflict("It touches exactly these already.", fix="Add or take away one.")
    parts = [f"added {', '.join(added)}"] if added else []
    parts += [f"took off {', '.join(removed)}"] if removed else []
    told = {
        "surfaces": [each.key for each in cases.surfaces_of(now)],
        "endpoints": [row.endpoint.key for row in now.endpoint_rows.select_related("endpoint")],
        "added": added,
        "removed": removed,
    }
    done = move(
        now,
        actor=actor,
        kind="incident.affected",
        entry=TimelineEntry.Kind.NOTE,
        text=f"changed what it touches: {'; '.join(parts)}.",
        changes={},
        told=told,
        touches=tuple(touched),
    )
    follow(done, actor)
    return done


def _set_surfaces(
    incident: Incident, actor: User, wanted: list[Surface], added: list[str], removed: list[str], touched: list[Any]
) -> None:
    rows = {row.surface_id: row for row in incident.surface_rows.select_related("surface")}
    new = {each.pk: each for each in wanted if each.pk not in rows}
    if new and not is_system(actor) and visible_to(actor).filter(pk__in=new).count() != len(new):
        raise Invalid("Of these you do not see all.", fields={"surfaces": ["There is no such surface that you can see."]})
    gone = [row for pk, row in rows.items() if pk not in {each.pk for each in wanted}]
    IncidentSurface.objects.filter(pk__in=[row.pk for row in gone]).delete()
    IncidentSurface.objects.bulk_create([IncidentSurface(incident=incident, surface=each) for each in new.values()])
    added += [str(each) for each in new.values()]
    removed += [str(row.surface) for row in gone]
    touched += [*new.values(), *(row.surface for row in gone)]


def _set_endpoints(incident: Incident, wanted: list[Endpoint], added: list[str], removed: list[str]) -> None:
    rows = {row.endpoint_id: row for row in incident.endpoint_rows.select_related("endpoint")}
    new = {each.pk: each for each in wanted if each.pk not in rows}
    gone = [row for pk, row in rows.items() if pk not in {each.pk for each in wanted}]
    IncidentEndpoint.objects.filter(pk__in=[row.pk for row in gone]).delete()
    IncidentEndpoint.objects.bulk_create([IncidentEndpoint(incident=incident, endpoint=each) for each in new.values()])
    added += [each.key for each in new.values()]
    removed += [row.endpoint.key for row in gone]
