"""Adding suites, changing what they say, and saying who answers for them."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from governance.core import clock
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from registry.evals import content, rules
from registry.evals.models import EvalSuite, SuiteState, SuiteVersion, refuse_secrets

FACTS = ("name", "purpose")


@action
def add_suite(
    *, actor: User, name: str, good: str, key: str = "", owner: User | None = None, purpose: str = "", note: str = "", **said: Any
) -> EvalSuite:
    """Add a suite to the library with its first version; whoever adds it owns it unless another is named."""
    require(rules.may_add(actor))
    suite = EvalSuite(name=name, key=key or _free_key(name), purpose=purpose)
    suite.owner = _owner(owner or (actor if actor.kind == User.Kind.PERSON else None))
    transitions.create(suite, actor=actor, kind="suite.added", payload={"name": name, "owner": suite.owner.ref})
    return _version(suite, actor, {**content.of(None), **_known(said), "good": good}, note)


@action
def change_suite(
    suite: EvalSuite, *, actor: User, expected_version: int | None = None, note: str = "", reason: str = "", **said: Any
) -> EvalSuite:
    """Change a suite. Another name or purpose changes the record; other cases, thresholds or good make a new version.

    What is not given stays. Raises Conflict when nothing differs.
    """
    suite = _locked(suite, expected_version)
    require(rules.may_edit(actor, suite))
    facts = {name: said.pop(name) for name in FACTS if name in said}
    before = content.of(suite.current)
    after = content.checked({**before, **_known(said)})
    changed = {name: value for name, value in facts.items() if getattr(suite, name) != value}
    if not changed and after == before:
        raise Conflict(f"Nothing differs from {suite.current or 'what is there'}.", fix="Change something, or leave it as it is.")
    if changed:
        told = {"name": changed.get("name", suite.name)}
        transitions.change(suite, actor=actor, kind="suite.changed", changes=changed, payload=told, reason=reason)
    return suite if after == before else _version(suite, actor, after, note or reason)


def _version(suite: EvalSuite, actor: User, said: Mapping[str, Any], note: str) -> EvalSuite:
    whole = content.checked(said)
    last = suite.current.number if suite.current is not None else 0
    version = SuiteVersion(suite=suite, number=last + 1, note=note, author=actor, made_at=clock.now(), **whole)
    version.digest = content.digest_of(whole)
    _check(version)
    version.save(force_insert=True)
    told = {name: whole[name] for name in ("thresholds", "case_count", "cases_digest")}
    told |= {"number": version.number, "digest": version.digest, "note": note}
    return transitions.change(suite, actor=actor, kind="suite.versioned", changes={"current": version}, payload=told)


def _check(version: SuiteVersion) -> None:
    transitions.check(version)
    try:
        refuse_secrets({"good": version.good, "note": version.note, "cases_at": " ".join(version.cases_at.values())})
    except ValidationError as error:
        raise transitions.invalid(error) from error


@action
def give_owner(suite: EvalSuite, *, actor: User, to: User, reason: str = "", expected_version: int | None = None) -> EvalSuite:
    """Name the one person who answers for a suite (R1)."""
    suite = _locked(suite, expected_version)
    require(rules.may_give(actor, suite))
    told = {"to": _owner(to).ref, "before": suite.owner.ref if suite.owner is not None else ""}
    return transitions.change(suite, actor=actor, kind="suite.owner_set", changes={"owner": to}, payload=told, reason=reason)


@action
def retire_suite(suite: EvalSuite, *, actor: User, reason: str = "", expected_version: int | None = None) -> EvalSuite:
    """Take a suite out of use: no run of it is taken any more, so whatever names it turns stale in time."""
    suite = _locked(suite, expected_version)
    require(rules.may_edit(actor, suite))
    return _move(suite, actor, "suite.retired", SuiteState.RETIRED, reason)


@action
def reopen_suite(suite: EvalSuite, *, actor: User, reason: str = "", expected_version: int | None = None) -> EvalSuite:
    """Take a retired suite up again."""
    suite = _locked(suite, expected_version)
    require(rules.may_reopen(actor, suite))
    return _move(suite, actor, "suite.reopened", SuiteState.ACTIVE, reason)


def _move(suite: EvalSuite, actor: User, kind: str, state: str, reason: str) -> EvalSuite:
    told = {"name": suite.name}
    return transitions.change(suite, actor=actor, kind=kind, changes={"state": state}, payload=told, reason=reason)


def _locked(suite: EvalSuite, expected_version: int | None) -> EvalSuite:
    rows = EvalSuite.objects.select_for_update(of=("self",)).select_related("owner", "current")
    locked: EvalSuite = rows.get(pk=suite.pk)
    if expected_version is not None and locked.version != expected_version:
        raise transitions.stale(locked)
    return locked


def _owner(person: User | None) -> User:
    verdict = rules.may_own(person)
    if not verdict or person is None:
        raise Invalid(verdict.reason, fix=verdict.fix, fields={"owner": [f"{verdict.reason} {verdict.fix}".strip()]})
    return person


def _known(said: Mapping[str, Any]) -> dict[str, Any]:
    if stray := set(said) - set(content.FIELDS):
        raise TypeError(f"a suite has no {', '.join(sorted(stray))} to be set")
    return dict(said)


def _free_key(name: str) -> str:
    base = slugify(name)[:90].strip("-") or "suite"
    taken = set(EvalSuite.objects.filter(key__startswith=base).values_list("key", flat=True))
    return next(key for key in (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))) if key not in taken)
