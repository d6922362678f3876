"""The only writer of gate checks: takes runs in, judges, and keeps the answer, all in one transaction."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from governance.core import clock
from governance.core.errors import PlumblineError
from governance.core.verdict import require
from governance.ledger import journal
from governance.ledger.journal import action
from governance.ledger.transitions import check as checked
from governance.people.models import User
from governance.policy import queries as policy
from registry.controls import queries as controls
from registry.evals import formats
from registry.evals import queries as evals
from registry.evals.actions import record_run
from registry.evals.models import EvalRun, EvalSuite
from registry.evals.movement import movements
from registry.gates import limits as held
from registry.gates import queries, rules
from registry.gates.limits import Considered
from registry.gates.models import GateCheck
from registry.gates.reasons import Reason, told
from registry.quarantine import queries as quarantine
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Revision, Surface


@dataclass(frozen=True)
class Sent:
    """A result file as it came: which suite it is of, its bytes, and what kept it from being read, if anything did."""

    suite: str
    data: bytes = b""
    unread: str = ""
    fix: str = ""


@dataclass(frozen=True)
class Asked:
    """What CI asks beside the files: limits, the revision meant (number or hash), and where it runs."""

    limits: Mapping[str, Any] = field(default_factory=dict)
    revision: str = ""
    commit: str = ""
    repository: str = ""
    link: str = ""
    group: str = ""
    prompts: Mapping[str, str] | None = None
    models: Sequence[str] | None = None


@action
def ask_gate(surface: Surface, *, actor: User, sent: Sequence[Sent], asked: Asked) -> GateCheck:
    """Record the runs, judge the revision with them, and keep the answer with every reason. Fails closed.

    Whoever may edit the surface may ask (raises Denied): the answer binds. What is wrong with the files is a reason and
    no error, so that a broken pipeline leaves a closed gate and not the one before.
    """
    began = time.perf_counter()
    require(surfaces.may_edit(actor, surface))
    surface = Surface.objects.select_for_update(of=("self",)).select_related("in_force").get(pk=surface.pk)
    revision = queries.to_judge(surface, asked.revision)
    library = evals.suites()
    reasons: list[Reason] = []
    if revision is None and asked.revision:
        text = f"{surface.key} has no revision {asked.revision[:64]}."
        reasons.append(Reason("unknown_revision", text, "Propose the contract first."))
    runs = [run for each in sent if (run := _taken(surface, actor, each, asked, revision, library, reasons))]
    seen = _evidence(surface, revision, runs, library, asked)
    standing = rules.standings(seen)
    if not (revision is None and asked.revision):
        reasons += rules.speaks_against(seen, standing)
    made = GateCheck(
        surface=surface,
        revision=revision,
        while_in_force=revision is not None and surface.in_force_id == revision.pk,
        passed=not reasons,
        reasons=told(reasons),
        limits=dict(asked.limits),
        runs=[run.key for run in runs],
        measured=rules.measured(standing),
        commit=asked.commit,
        repository=asked.repository,
        link=asked.link,
        actor=actor,
        policy_version=policy.in_force(),
        at=clock.now(),
        took_ms=round((time.perf_counter() - began) * 1000),
    )
    return _kept(made, actor)


def _taken(
    surface: Surface,
    actor: User,
    sent: Sent,
    asked: Asked,
    revision: Revision | None,
    library: Mapping[str, EvalSuite],
    reasons: list[Reason],
) -> EvalRun | None:
    """Record one file as a run; what keeps it from being one is a reason."""
    name = sent.suite[:100]
    suite = library.get(sent.suite)
    if sent.unread:
        reasons.append(Reason("unreadable", f"{name}: {sent.unread}", sent.fix))
        return None
    if suite is None:
        reasons.append(Reason("unknown_suite", f"The library has no suite {name}.", "Add it, or name one that exists."))
        return None
    try:
        report = formats.read(sent.data, name)
    except PlumblineError as error:
        reasons.append(Reason("unreadable", f"{name}: {error.message}", error.fix))
        return None
    try:
        with transaction.atomic():
            return record_run(
                surface,
                actor=actor,
                suite=suite,
                report=report,
                revision=revision,
                commit=asked.commit,
                repository=asked.repository,
                link=asked.link,
                prompt_versions=asked.prompts,
                models=asked.models,
                group=asked.group,
            )
    except PlumblineError as error:
        reasons.append(Reason("run_refused", f"{name}: {error.message}", error.fix))
        return None


def _evidence(
    surface: Surface, revision: Revision | None, runs: Sequence[EvalRun], library: Mapping[str, EvalSuite], asked: Asked
) -> rules.Evidence:
    demanded = [str(row["suite"]).strip() for row in (revision.contract.get("evals") or ())] if revision else []
    unsent = set(demanded) - {run.suite.key for run in runs}
    latest = evals.latest_runs([surface.pk]).get(surface.pk, {}) if unsent else {}
    considered = list(runs) or [latest[key] for key in demanded if key in latest]
    moving = asked.limits.keys() & set(held.MOVING)
    newest = list({run.suite_id: run for run in considered}.values())
    return rules.Evidence(
        revision=revision,
        tier=policy.tier(revision.tier) if revision else None,
        suites=library,
        models=evals.endpoint_models(),
        posted=runs,
        latest=latest,
        unmet=controls.standing(surface, revision=revision).unmet_blocking if revision else (),
        now=clock.now(),
        limits=asked.limits,
        considered=Considered(considered, movements(newest) if moving else {}),
        quarantined=quarantine.in_force(),
    )


def _kept(made: GateCheck, actor: User) -> GateCheck:
    checked(made)
    made.save(force_insert=True)
    revision = made.revision
    change = revision.changes.filter(state__in=queries.PROPOSED).first() if revision else None
    journal.record(
        "gate.checked",
        actor=actor,
        subject=made,
        payload={
            "surface": made.surface.key,
            "answer": "it passed" if made.passed else f"it failed for {len(made.reasons)} reason{'s'[: len(made.reasons) > 1]}",
            "passed": made.passed,
            "revision": revision.number if revision else None,
            "digest": revision.digest if revision else "",
            "reasons": [reason["code"] for reason in made.reasons],
            "limits": made.limits,
            "runs": made.runs,
            "commit": made.commit,
        },
        touches=(made.surface, change),
    )
    return made
