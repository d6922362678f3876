"""Takes a run in: once for a file, bound to the prompts and models it was made with."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from governance.core import clock
from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import journal
from governance.ledger.journal import action
from governance.ledger.transitions import check
from governance.people.models import User
from registry.evals import binding, queries, rules
from registry.evals.formats import Report
from registry.evals.models import EvalCase, EvalRun, EvalSuite
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Revision, Surface

BATCH = 1000
LONGEST = 200


class _Known(Exception):
    """The file was handed in before, as this run."""

    def __init__(self, run: EvalRun) -> None:
        super().__init__(run.key)
        self.run = run


def record_run(
    surface: Surface,
    *,
    actor: User,
    suite: EvalSuite,
    report: Report,
    revision: Revision | None = None,
    commit: str = "",
    repository: str = "",
    link: str = "",
    prompt_versions: Mapping[str, str] | None = None,
    models: Sequence[str] | None = None,
    group: str = "",
) -> EvalRun:
    """Record a run of a suite for a surface, and return it; the same file again changes nothing and returns the first.

    What the run was made with is what the report says of prompts and models; where it says nothing, what the caller
    says; where neither does, what the named revision's contract says. Without a named revision the run belongs to the
    one in force, or else to the one last proposed, whose contract fits. Raises Denied, and Invalid where report and
    caller contradict each other.
    """
    try:
        return _record(
            surface,
            actor=actor,
            suite=suite,
            report=report,
            revision=revision,
            stated=(prompt_versions, models),
            beside={"commit": commit, "repository": repository, "link": link, "group": group},
        )
    except _Known as known:
        return known.run


@action
def _record(
    surface: Surface,
    *,
    actor: User,
    suite: EvalSuite,
    report: Report,
    revision: Revision | None,
    stated: tuple[Mapping[str, str] | None, Sequence[str] | None],
    beside: dict[str, str],
) -> EvalRun:
    surface = Surface.objects.select_for_update(of=("self",)).select_related("owner", "team__lead", "in_force").get(pk=surface.pk)
    require(rules.may_record(actor, suite, surfaces.may_edit(actor, surface)))
    if revision is not None and revision.surface_id != surface.pk:
        said = f"Revision {revision.number} belongs to another surface."
        raise Invalid(said, fields={"revision": [said]})
    first = _before(surface, suite, report, revision).first()
    if first is not None:
        raise _Known(first)
    prompts, models = _made_with(report, *stated)
    known = queries.endpoint_models()
    if revision is None:
        revision = _fitting(surface, prompts, models, known)
    elif not prompts or not models:
        wanted = binding.demanded(revision.contract, known)
        prompts, models = prompts or wanted.prompt_versions, models or wanted.models
    run = _run(surface, suite, report, revision, prompts, models)
    run.by = actor
    for name, value in beside.items():
        setattr(run, name, value or (report.commit if name == "commit" else ""))
    check(run)
    run.save(force_insert=True)
    EvalCase.objects.bulk_create(_cases(run, report), batch_size=BATCH)
    journal.record("run.recorded", actor=actor, subject=run, payload=_told(run), touches=(surface, suite))
    return run


def _before(surface: Surface, suite: EvalSuite, report: Report, revision: Revision | None) -> QuerySet[EvalRun]:
    found = EvalRun.objects.filter(surface=surface, suite=suite, digest=report.digest)
    found = found if revision is None else found.filter(revision=revision)
    return found.select_related("suite", "suite_version", "surface", "revision", "by").order_by("pk")


def _made_with(
    report: Report, prompts: Mapping[str, str] | None, models: Sequence[str] | None
) -> tuple[dict[str, str], list[str]]:
    """Return prompts and models of a run. Raises Invalid where the report says one thing and the caller another."""
    said_prompts, said_models = _named(prompts or {}), list(dict.fromkeys(_text(each) for each in models or ()))
    for key, version in report.prompts.items():
        if key in said_prompts and not binding.is_version(said_prompts[key], (version,)):
            told = f"The report says that {key} was {version}, the call says {said_prompts[key]}."
            raise Invalid(told, fix="Say what the report says, or leave it out.", fields={"prompts": [told]})
    routes = [binding.Route(each, each, True) for each in report.models]
    strange = [each for each in said_models if routes and not any(binding.is_model(each, route) for route in routes)]
    if strange:
        told = f"The report says that {', '.join(report.models)} answered, the call says {', '.join(strange)}."
        raise Invalid(told, fix="Say what the report says, or leave it out.", fields={"models": [told]})
    return {**said_prompts, **report.prompts}, list(report.models) or said_models


def _named(prompts: Mapping[str, str]) -> dict[str, str]:
    if len(prompts) > 50:
        raise Invalid("At most 50 prompts can be named.", fields={"prompts": ["At most 50."]})
    return {_text(key): _text(value) for key, value in prompts.items()}


def _text(value: Any) -> str:
    text = str(value).strip()
    if not text or len(text) > LONGEST or any(each < " " for each in text):
        raise Invalid("Name prompts, versions and models in one line of at most 200 characters.", code="invalid-name")
    return text


def _fitting(surface: Surface, prompts: Mapping[str, str], models: Sequence[str], known: Mapping[str, str]) -> Revision | None:
    """Return the revision whose prompts and models are those of the run: the one in force, else the one proposed."""
    for revision in (surface.in_force, queries.proposed_revision(surface)):
        if revision is not None and not binding.differences(prompts, models, binding.demanded(revision.contract, known)):
            return revision
    return None


def _run(
    surface: Surface,
    suite: EvalSuite,
    report: Report,
    revision: Revision | None,
    prompts: Mapping[str, str],
    models: Sequence[str],
) -> EvalRun:
    counts, cost, now = report.counts, report.total_cost, clock.now()
    return EvalRun(
        suite=suite,
        suite_version=suite.current,
        surface=surface,
        revision=revision,
        digest=report.digest,
        format=report.format,
        tool=report.tool,
        status=EvalRun.Status.ERRORED if report.error else EvalRun.Status.FINISHED,
        error=report.error[:400],
        started_at=min(report.started_at or now, now),  # a clock ahead of ours must not keep a run fresh for longer
        received_at=now,
        prompt_versions=dict(prompts),
        models=list(models),
        binding=binding.binding(prompts, models),
        total=counts.total,
        passed=counts.passed,
        failed=counts.failed,
        errored=counts.errored,
        skipped=counts.skipped,
        pass_rate=counts.pass_rate,
        cost=cost,
        currency=report.currency if cost is not None else "",
        latency_p50_ms=report.latency(0.5),
        latency_p95_ms=report.latency(0.95),
        metrics=dict(report.metrics),
    )


def _cases(run: EvalRun, report: Report) -> list[EvalCase]:
    return [
        EvalCase(
            run=run,
            name=case.name,
            outcome=case.outcome,
            score=case.score,
            cost=case.cost,
            latency_ms=case.latency_ms,
            reason=case.reason,
        )
        for case in report.cases
    ]


def _told(run: EvalRun) -> dict[str, Any]:
    return {
        "suite": run.suite.name,
        "suite_version": run.suite_version.number,
        "surface": run.surface.key,
        "revision": run.revision.number if run.revision is not None else None,
        "digest": run.digest,
        "format": run.format,
        "status": run.status,
        "binding": run.binding,
        "commit": run.commit,
        "passed": run.passed,
        "counted": run.counted,
        "total": run.total,
        "pass_rate": run.pass_rate,
    }
