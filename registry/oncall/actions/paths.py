"""Escalation paths: make, change, set the steps, retire."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from governance.channels import actions as channels
from governance.channels.message import Message
from governance.channels.models import Channel
from governance.core import clock
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import journal, transitions
from governance.ledger.journal import action
from governance.people.models import Position, Team, User
from registry.oncall import queries, rules
from registry.oncall.actions.common import free_key, require_callable
from registry.oncall.models import LONGEST_WAIT, EscalationPath, EscalationStep, Rota

Target = Rota | User | Position | Channel
TRIED = "Somebody tried this escalation path in Plumbline. Nothing has happened, and nothing is to be done."
KINDS: tuple[tuple[type[Any], str], ...] = ((Rota, "rota"), (User, "person"), (Position, "position"), (Channel, "channel"))


@dataclass(frozen=True, slots=True)
class StepTerms:
    """A step as it shall be: whom it tells together, and after how many minutes without an answer the next one follows."""

    targets: Sequence[Target]
    wait_minutes: int = 10


@action
def make_path(
    *, actor: User, name: str, steps: Sequence[StepTerms], team: Team | None = None, repeat: int = 1, key: str = ""
) -> EscalationPath:
    """Make a path with its steps in order. Raises Denied, Invalid, or Conflict for a taken name."""
    require(rules.may_keep(actor, team))
    _check(steps)
    path = EscalationPath(key=free_key(EscalationPath, name, key), name=name.strip(), team=team, repeat=repeat)
    told = {"team": team.key if team else "", "repeat": repeat, "steps": _told(steps)}
    transitions.create(path, actor=actor, kind="escalation_path.made", payload=told)
    _store(path, steps)
    return path


@action
def change_path(
    path: EscalationPath,
    *,
    actor: User,
    name: str,
    team: Team | None,
    repeat: int,
    expected_version: int | None = None,
    reason: str = "",
) -> EscalationPath:
    """Change name, team or how often it begins anew. Raises Denied, Invalid, StaleState."""
    path = locked(path, actor, expected_version)
    if (team.pk if team else None) != path.team_id:
        require(rules.may_keep(actor, team))
    return transitions.change(
        path,
        actor=actor,
        kind="escalation_path.changed",
        changes={"name": name.strip(), "team": team, "repeat": repeat},
        payload={"team": team.key if team else "", "repeat": repeat},
        reason=reason,
    )


@action
def set_steps(
    path: EscalationPath,
    steps: Sequence[StepTerms],
    *,
    actor: User,
    expected_version: int | None = None,
    reason: str = "",
) -> EscalationPath:
    """Replace the steps of a path; alerts that run go on with the new ones. Raises Denied, Invalid, StaleState."""
    path = locked(path, actor, expected_version)
    _check(steps)
    before = list(path.steps.all())
    _store(path, steps)  # first the new ones: a path in use is never without a step
    for step in before:
        step.delete()
    told = {"steps": _told(steps)}
    return transitions.change(path, actor=actor, kind="escalation_path.steps_set", changes={}, payload=told, reason=reason)


@action
def retire_path(path: EscalationPath, *, actor: User, expected_version: int | None = None, reason: str = "") -> EscalationPath:
    """Retire a path that no route leads to. Raises Denied, StaleState, Conflict while one does."""
    path = locked(path, actor, expected_version)
    leading = path.routes.order_by("pk").first()
    if leading is not None:
        what = "The fallback route" if leading.is_fallback else f"The route {leading.key}"
        raise Conflict(f"{what} leads to this path.", fix="Let it lead to another path first.")
    return transitions.change(
        path, actor=actor, kind="escalation_path.retired", changes={"state": EscalationPath.State.RETIRED}, reason=reason
    )


@action
def try_path(path: EscalationPath, *, actor: User) -> int:
    """Send a test to everybody whom the steps of a path tell now, each once; return to how many. Nobody has to answer.

    Raises Denied, Conflict where no step reaches anybody now.
    """
    path = locked(path, actor, None)
    told = queries.targets_by_step(path, clock.now()).values()
    targets: list[Any] = list(dict.fromkeys(each for step in told for each in (*step.people, *step.channels)))
    if not targets:
        raise Conflict("No step of this path reaches anybody now.", fix="Name somebody who is there.")
    word = secrets.token_hex(4)
    for target in targets:
        named = {"channel": target} if isinstance(target, Channel) else {"person": target}
        dedup = f"plumbline-test-{path.key}-{word}"
        message = Message(f"Test of {path.name}", TRIED, path.get_absolute_url(), "info", dedup)
        channels.send(message, key=f"path-test:{word}:{target.key}", kind="test", subject=path, **named)
        if isinstance(target, Channel) and target.kind == Channel.Kind.PAGERDUTY:  # a test must not wake anybody for long
            ended = Message(message.title, severity="info", dedup=dedup, event="resolve")
            channels.send(ended, key=f"path-test:{word}:{target.key}:over", kind="test", subject=path, **named)
    journal.record("escalation_path.tried", actor=actor, subject=path, payload={"told": [each.key for each in targets]})
    return len(targets)


def locked(path: EscalationPath, actor: User, expected_version: int | None) -> EscalationPath:
    """Return a path as it stands now, held until the end. Raises StaleState when it moved, Denied by role."""
    now = EscalationPath.objects.select_for_update(of=("self",)).select_related("team").get(pk=path.pk)
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    require(rules.may_change_path(actor, now))
    return now


def _check(steps: Sequence[StepTerms]) -> None:
    if not steps:
        raise Invalid("A path needs a step.", fields={"steps": ["Say whom it tells first."]})
    if len(steps) > rules.MOST_STEPS:
        raise Invalid("This path is too long.", fields={"steps": [f"At most {rules.MOST_STEPS} steps."]})
    for number, step in enumerate(steps, start=1):
        if not step.targets or len(step.targets) > rules.MOST_STEPS:
            said = f"Step {number} tells nobody." if not step.targets else f"Step {number} tells too many at once."
            raise Invalid(said, fields={"steps": [said]})
        if len(set(step.targets)) != len(step.targets):
            raise Invalid(f"Step {number} names somebody twice.", fields={"steps": [f"Step {number} names somebody twice."]})
        if not 1 <= step.wait_minutes <= LONGEST_WAIT:
            said = f"Step {number} waits 1 to {LONGEST_WAIT:,} minutes."
            raise Invalid(said, fields={"steps": [said]})
        for target in step.targets:
            _check_target(target, number)


def _check_target(target: Target, number: int) -> None:
    if isinstance(target, User):
        require_callable(target, "steps")
    elif isinstance(target, Rota | Channel) and target.state == "retired":
        said = f"Step {number} tells {target}, which is retired."
        raise Invalid(said, fix="Choose one that is in use.", fields={"steps": [said]})


def _store(path: EscalationPath, steps: Sequence[StepTerms]) -> None:
    for number, step in enumerate(steps, start=1):
        for target in step.targets:
            row = EscalationStep(path=path, number=number, wait_minutes=step.wait_minutes, **{kind_of(target): target})
            row.save()


def kind_of(target: Target) -> str:
    """Return which column of a step holds a target."""
    return next(name for model, name in KINDS if isinstance(target, model))


def _told(steps: Sequence[StepTerms]) -> list[dict[str, Any]]:
    return [
        {"wait_minutes": step.wait_minutes, "tells": [f"{kind_of(each)}:{each.key}" for each in step.targets]} for step in steps
    ]
