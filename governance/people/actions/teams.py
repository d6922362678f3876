"""Teams: a tree, each with a lead, a cost centre, and a group kept in step for grants on objects."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import Group
from django.utils.text import slugify

from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import queries, rules
from governance.people.models import Team, User


@action
def create_team(
    name: str,
    *,
    actor: User,
    key: str = "",
    parent: Team | None = None,
    lead: User | None = None,
    cost_centre: str = "",
    reason: str = "",
) -> Team:
    """Make a team. The key follows from the name unless given. Raises Denied, Invalid or Conflict."""
    require(rules.may_keep_teams(actor))
    _check_lead(lead)
    key = key or free_key(name)
    team = Team(key=key, name=name, parent=parent, lead=lead, cost_centre=cost_centre)
    transitions.check(team)
    if Team.objects.filter(name=name).exists():
        raise Conflict(f"There is already a team named {name}.", fields={"name": ["Taken."]})
    team.group, _ = Group.objects.get_or_create(name=f"team:{key}")
    return transitions.create(team, actor=actor, kind="team.created", payload={"name": name}, reason=reason)


@action
def change_team(
    team: Team, *, actor: User, changes: Mapping[str, Any], expected_version: int | None = None, reason: str = ""
) -> Team:
    """Change name, parent, lead or cost centre. Raises Denied, Invalid (a circle) or StaleState."""
    require(rules.may_keep_teams(actor))
    unknown = set(changes) - {"name", "parent", "lead", "cost_centre"}
    if unknown:
        raise Invalid("A team has no such field.", fields={name: ["Unknown."] for name in sorted(unknown)})
    if "lead" in changes and changes["lead"] != team.lead:
        _check_lead(changes["lead"])
    below = queries.subtree(team)
    if changes.get("parent") in below:
        message = "A team cannot belong to itself or to a team below it."
        raise Invalid(message, fix="Choose a team that is not below this one.", fields={"parent": [message]})
    moved = "parent" in changes and changes["parent"] != team.parent
    told = {"name": changes.get("name", team.name)}
    transitions.change(
        team,
        actor=actor,
        kind="team.changed",
        changes=changes,
        expected_version=expected_version,
        payload=told,
        reason=reason,
    )
    if moved:
        for person in User.objects.filter(team__in=below):
            keep_groups(person)
    return team


@action
def remove_team(team: Team, *, actor: User, expected_version: int | None = None, reason: str = "") -> None:
    """Remove a team that nothing belongs to. Raises Denied, StaleState, or Conflict while something does."""
    require(rules.may_keep_teams(actor))
    if expected_version is not None and team.version != expected_version:
        raise transitions.stale(team)
    if team.members.exists() or team.children.exists() or team.holdings.exists():
        raise Conflict(f"{team} still has people, teams or holders.", fix="Move them to another team first.")
    group = team.group
    transitions.remove(team, actor=actor, kind="team.removed", payload={"name": team.name}, reason=reason)
    if group is not None:
        group.delete()


def keep_groups(person: User) -> None:
    """Put a person into the groups of their team and of all teams above it, so that grants to a team reach them."""
    teams = queries.with_ancestors(person.team) if person.is_active else []
    wanted = {team.group_id for team in teams if team.group_id is not None}
    present = set(person.groups.filter(team__isnull=False).values_list("pk", flat=True))
    if present - wanted:
        person.groups.remove(*(present - wanted))
    if wanted - present:
        person.groups.add(*(wanted - present))


def free_key(name: str) -> str:
    """Return a key for a name that no team has yet."""
    base = slugify(name)[:50] or "team"
    taken = set(Team.objects.filter(key__startswith=base).values_list("key", flat=True))
    return next(key for key in (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))) if key not in taken)


def _check_lead(lead: User | None) -> None:
    if lead is not None:
        verdict = rules.may_own(lead)
        if not verdict:
            raise Invalid(verdict.reason, fix=verdict.fix, fields={"lead": [verdict.reason]})
