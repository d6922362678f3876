"""Runs over REST: CI posts a tool's own result file, or our plain JSON."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from governance.api.input import Input, Name
from governance.api.operations import acts, creates, lists, reads
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core import clock
from governance.core.errors import Invalid
from governance.policy import queries as policy
from registry.evals import actions, movement, queries
from registry.evals.filters import CaseFilters, RunFilters
from registry.evals.formats import plain, read
from registry.evals.formats.opening import too_large
from registry.evals.formats.report import MAX_BYTES
from registry.evals.models import EvalCase, EvalRun
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Revision, Surface

REVISION = "Number of the revision it was made with, or in-force, or proposed. Left out: found by prompts and models."
SURFACE = "The surface's key, such as S-0418."
SUITE = "The suite's key in the library."


class RunRow(Output):
    """A run as a row of the list."""

    key = serializers.CharField()
    suite = serializers.CharField(source="suite.key")
    suite_version = serializers.IntegerField(source="suite_version.number")
    surface = serializers.CharField(source="surface.key")
    revision = serializers.IntegerField(source="revision.number", allow_null=True)
    by = serializers.CharField(source="by.ref", help_text="Reference of who handed it in.")

    class Meta:
        model = EvalRun
        fields = (
            "key", "suite", "suite_version", "surface", "revision", "status", "pass_rate", "total", "passed", "failed", "errored",
            "skipped", "cost", "currency", "latency_p50_ms", "latency_p95_ms", "format", "tool", "commit", "group", "started_at",
            "received_at", "by",
        )  # fmt: skip


class RunOutput(RunRow):
    """A run with what it was made with."""

    prompts = serializers.JSONField(source="prompt_versions", help_text="Prompt key to version.")
    models = serializers.JSONField(help_text="The models that answered.")
    metrics = serializers.JSONField()

    class Meta:
        model = EvalRun
        fields = (*RunRow.Meta.fields, "error", "digest", "prompts", "models", "metrics", "repository", "link")


class CaseOutput(Output):
    """How one case of a run came out."""

    class Meta:
        model = EvalCase
        fields = ("id", "name", "outcome", "score", "cost", "latency_ms", "reason")


class MovementOutput(serializers.Serializer[Any]):
    """A run beside the one before it, and beside those that repeat it."""

    before = serializers.CharField(allow_null=True, help_text="Key of the run before.")
    newly_failing = serializers.ListField(child=serializers.CharField(), help_text="Passed in the run before, not in this.")
    flaky = serializers.ListField(child=serializers.CharField(), help_text="Passed in one of the repeated runs, not in another.")
    repeated = serializers.IntegerField(help_text="How many runs repeat each other.")
    variance = serializers.FloatField(
        allow_null=True, help_text="Sample standard deviation of the pass rate over the repeated runs; null below two."
    )
    cost_percent = serializers.IntegerField(allow_null=True, help_text="Change of the cost against the run before.")
    latency_percent = serializers.IntegerField(allow_null=True, help_text="Change of the 95th percentile.")


class StandingOutput(serializers.Serializer[Any]):
    """How one suite of a contract stands."""

    suite = serializers.CharField()
    state = serializers.ChoiceField(choices=["passing", "below", "stale", "missing", "unbound"])
    why = serializers.CharField()
    threshold = serializers.FloatField(allow_null=True)
    run = serializers.CharField(allow_null=True, help_text="Key of the run that decides.")
    pass_rate = serializers.FloatField(allow_null=True)
    fresh_until = serializers.DateTimeField(allow_null=True)


class SchemaOutput(serializers.Serializer[Any]):
    """A JSON Schema (2020-12)."""

    def to_representation(self, instance: Any) -> Any:
        """Answer the schema as it is."""
        return instance


class RunInput(Input):
    """A result file, and what it was made with."""

    surface = Name(max_length=40, help_text=SURFACE)
    suite = Name(max_length=100, help_text=SUITE)
    file = serializers.FileField(help_text="promptfoo, Inspect, DeepEval, JUnit XML, OpenAI Evals, or our JSON; at most 32 MB.")
    revision = Name(required=False, max_length=20, help_text=REVISION)
    prompts = Name(required=False, max_length=4000, help_text="key=version, separated by commas, where the file does not say.")
    models = Name(required=False, max_length=4000, help_text="Separated by commas, where the file does not say.")
    commit = Name(required=False, allow_blank=True, max_length=100)
    repository = Name(required=False, allow_blank=True, max_length=400)
    link = serializers.URLField(required=False, max_length=600, help_text="Such as the CI job.")
    group = Name(required=False, allow_blank=True, max_length=100, help_text="The same word for runs that repeat each other.")
    example: ClassVar[Mapping[str, Any]] = {
        "surface": "S-0418",
        "suite": "triage-accuracy",
        "revision": "14",
        "commit": "4f1d2c9",
    }


class ReportInput(Input):
    """A run in our own format."""

    surface = Name(max_length=40, help_text=SURFACE)
    suite = Name(max_length=100, help_text=SUITE)
    report = serializers.JSONField(help_text="As /eval-runs/schema says.")
    revision = Name(required=False, max_length=20, help_text=REVISION)
    commit = Name(required=False, allow_blank=True, max_length=100)
    repository = Name(required=False, allow_blank=True, max_length=400)
    link = serializers.URLField(required=False, max_length=600)
    group = Name(required=False, allow_blank=True, max_length=100)
    example: ClassVar[Mapping[str, Any]] = {
        "surface": "S-0418",
        "suite": "triage-accuracy",
        "revision": "14",
        "report": {"format": plain.NAME, "version": 1, "cases": [{"name": "urgent water damage", "outcome": "pass"}]},
    }


class RunApi(ActionViewSet):
    """Runs of eval suites: posted by CI, bound to the prompts and models they were made with."""

    model = EvalRun
    serializer_class = RunOutput
    list_serializer_class = RunRow
    filterset_class = RunFilters
    ordering_fields = {"started_at": "started_at", "received_at": "pk", "pass_rate": "pass_rate", "suite": "suite__name"}
    ordering = "-received_at"
    lookup_field = "key"
    required_scopes = {"read": ("evals:read",), "write": ("evals:write",)}

    def get_queryset(self) -> QuerySet[EvalRun]:
        """Return the runs that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return EvalRun.objects.none()
        return queries.runs_visible_to(self.request.user)

    def get_object(self) -> EvalRun:
        """Return the run of the address (RUN-12)."""
        return queries.get_run(self.request.user, self.kwargs["key"])

    @creates(RunInput, upload=True)
    def create(self, data: dict[str, Any]) -> EvalRun:
        """Hand in a result file. The same file again answers the first run and changes nothing."""
        file = data["file"]
        if file.size > MAX_BYTES:
            raise too_large(file.size)
        stated = {"prompt_versions": prompts_of(data.get("prompts", "")), "models": parts_of(data.get("models", ""))}
        return self._record(data, file.read(), **stated)

    @acts("reports", ReportInput, detail=False, status=201)
    def report(self, data: dict[str, Any]) -> EvalRun:
        """Hand in a run as plain JSON. The same report again answers the first run and changes nothing."""
        return self._record(data, json.dumps(data["report"], sort_keys=True).encode())

    @reads("schema", output=SchemaOutput, detail=False)
    def run_schema(self) -> dict[str, Any]:
        """The JSON Schema of a run in our own format."""
        return plain.schema()

    @reads(
        "standing",
        output=StandingOutput,
        detail=False,
        many=True,
        parameters=[
            OpenApiParameter("surface", {"type": "string", "maxLength": 40}, required=True, description=SURFACE),
            OpenApiParameter("revision", {"type": "string", "maxLength": 20}, description="in-force when left out."),
        ],
    )
    def standing(self) -> list[dict[str, Any]]:
        """How the suites that a contract names stand now."""
        said = self.request.query_params
        surface = surfaces.get(self.request.user, said.get("surface", "")[:40])
        revision = revision_of(surface, said.get("revision") or "in-force")
        if revision is None:
            return []
        tier = policy.tiers()[surface.tier or 0]
        runs, known = queries.latest_runs([surface.pk]), queries.suites()
        return [_standing(each) for each in queries.standing(surface.pk, revision.contract, tier, runs, known, clock.now())]

    @lists(
        "cases",
        output=CaseOutput,
        filterset_class=CaseFilters,
        ordering_fields={"position": "pk", "name": "name"},
        ordering="position",
    )
    def cases(self, run: EvalRun) -> QuerySet[EvalCase]:
        """The cases of a run."""
        return run.cases.all()

    @reads("movement", output=MovementOutput)
    def movement(self, run: EvalRun) -> dict[str, Any]:
        """A run beside the one before it, and beside those that repeat it."""
        said = movement.movement(run)
        return {
            "before": said.before.key if said.before else None,
            "newly_failing": list(said.newly_failing)[:1000],
            "flaky": list(said.flaky)[:1000],
            "repeated": len(said.rates),
            "variance": said.variance,
            "cost_percent": said.cost.percent,
            "latency_percent": said.latency.percent,
        }

    def _record(self, data: Mapping[str, Any], file: bytes, **stated: Any) -> EvalRun:
        surface = surfaces.get(self.actor, data["surface"])
        suite = queries.get(self.actor, data["suite"])
        revision = revision_of(surface, data["revision"]) if data.get("revision") else None
        beside = {name: data[name] for name in ("commit", "repository", "link", "group") if data.get(name)}
        report = read(file)
        return actions.record_run(surface, actor=self.actor, suite=suite, report=report, revision=revision, **beside, **stated)


def _standing(each: Any) -> dict[str, Any]:
    run = each.run
    return {
        "suite": each.key,
        "state": each.state,
        "why": each.why,
        "threshold": None if each.threshold is None else float(each.threshold),
        "run": run.key if run is not None else None,
        "pass_rate": None if run is None or run.pass_rate is None else float(run.pass_rate),
        "fresh_until": each.turns_at,
    }


def revision_of(surface: Surface, said: str) -> Revision | None:
    """Return the revision that a call names: by number, in-force or proposed. Raises Invalid for one there is not."""
    if said == "in-force":
        return surface.in_force
    if said == "proposed":
        found = queries.proposed_revision(surface)
    else:
        number = int(said) if said.isdecimal() and len(said) < 9 else 0
        found = surface.revisions.filter(number=number).first()
    if found is None:
        told = f"{surface.key} has no revision {said[:20]}."
        raise Invalid(told, fix="Give a number, in-force or proposed.", fields={"revision": [told]})
    return found


def parts_of(said: str) -> list[str]:
    """Return the parts of a list that is separated by commas."""
    return [part.strip() for part in said.split(",") if part.strip()]


def prompts_of(said: str) -> dict[str, str]:
    """Return key and version of each prompt in `triage=v31, tone=v4`. Raises Invalid."""
    found = {}
    for part in parts_of(said):
        key, mark, version = part.partition("=")
        if not mark or not key.strip() or not version.strip():
            raise Invalid(
                f"{part[:60]} is no prompt with its version.", fix="Write triage=v31.", fields={"prompts": ["key=version"]}
            )
        found[key.strip()] = version.strip()
    return found
