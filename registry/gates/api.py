"""The gate over REST: CI asks and is answered in one call; what was answered is read like everything else."""

from typing import Any

from django.core.validators import MaxLengthValidator
from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Nested
from governance.api.operations import acts
from governance.api.output import Output
from governance.api.viewsets import ReadViewSet, Resource
from governance.core.errors import Invalid
from registry.gates import actions, queries
from registry.gates.models import GateCheck
from registry.gates.parsing import MOST_FILES, GateFormParser, GateJSONParser, sent
from registry.gates.tables import GateFilters
from registry.surfaces import queries as surfaces

LONGEST_FILE = 44_000_000  # characters: 32 MB as base64


class FileText(serializers.CharField):
    """A whole file as text, as it is. The parser has refused NUL and broken characters already; once is enough for 32 MB."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, allow_blank=True, required=False, **kwargs)
        self.validators = [MaxLengthValidator(LONGEST_FILE)]


class ResultInput(Nested):
    """The results of one suite: the file as text or base64, or Plumbline's own JSON as an object."""

    suite = Name(max_length=100, help_text="The suite's key in the library.")
    text = FileText()
    base64 = FileText()
    run = serializers.JSONField(required=False, help_text="As /api/v1/eval-runs/schema describes it.")


class LimitsInput(Nested):
    """What the runs must keep to beside policy. A limit of which nothing is known fails."""

    min_pass_rate = serializers.FloatField(required=False, min_value=0, max_value=1)
    max_cost = serializers.FloatField(required=False, min_value=0, help_text="Of all runs together.")
    currency = serializers.RegexField("^[A-Z]{3}$", required=False, help_text="Of max_cost; USD when left out.")
    max_latency_p95_ms = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    max_newly_failing = serializers.IntegerField(required=False, min_value=0, max_value=100_000)
    max_variance = serializers.FloatField(
        required=False, min_value=0, help_text="Standard deviation of repeated runs' pass rates."
    )


class GateInput(Input):
    """Results, limits, and what they were made of."""

    results = serializers.ListField(child=ResultInput(), required=False, max_length=MOST_FILES)
    limits = LimitsInput(required=False)
    revision = Name(
        max_length=64,
        required=False,
        help_text="Number or hash; left out: the one proposed, else the one in force.",
    )
    commit = serializers.RegexField(r"^[0-9A-Za-z._/-]{1,100}$", required=False)
    repository = Name(max_length=300, required=False)
    link = serializers.URLField(max_length=600, required=False, help_text="Where the run of CI is read.")
    group = Name(max_length=100, required=False, help_text="The same for repeated runs, to measure their variance.")
    prompts = serializers.DictField(
        child=Name(max_length=200), required=False, help_text="Prompt key to version, where files do not say."
    )
    models = serializers.ListField(child=Name(max_length=200), required=False, max_length=40)
    example = {
        "results": [
            {
                "suite": "triage-accuracy",
                "run": {
                    "format": "plumbline.eval-run",
                    "version": 1,
                    "cases": [{"name": "refund", "outcome": "pass", "latency_ms": 310, "cost": 0.002}],
                },
            }
        ],
        "limits": {"min_pass_rate": 0.95, "max_cost": 5},
        "commit": "9c1f3aa4",
        "repository": "claims/triage",
    }


class ReasonOutput(serializers.Serializer[Any]):
    """Why not, and what to do."""

    code = serializers.CharField()
    text = serializers.CharField()
    fix = serializers.CharField(allow_blank=True)


class MeasuredOutput(serializers.Serializer[Any]):
    """How one suite stood."""

    suite = serializers.CharField()
    state = serializers.CharField()
    why = serializers.CharField()
    run = serializers.CharField(allow_null=True)
    pass_rate = serializers.FloatField(allow_null=True)
    threshold = serializers.FloatField(allow_null=True)
    cost = serializers.FloatField(allow_null=True)
    currency = serializers.CharField(allow_blank=True)
    latency_p95_ms = serializers.IntegerField(allow_null=True)


class GateRow(Output):
    """A gate check as a row of the list."""

    key = serializers.CharField()
    surface = serializers.CharField(source="surface.key")
    revision = serializers.IntegerField(source="revision.number", allow_null=True)
    digest = serializers.CharField(source="revision.digest", allow_null=True)
    actor = serializers.CharField(source="actor.ref")

    class Meta:
        model = GateCheck
        fields = ("key", "surface", "revision", "digest", "while_in_force", "passed", "commit", "repository", "actor", "at")


class GateOutput(GateRow):
    """A gate check with every reason."""

    policy = serializers.CharField(source="policy_version.label")
    reasons = ReasonOutput(many=True)
    measured = MeasuredOutput(many=True)
    limits = serializers.JSONField()
    runs = serializers.ListField(child=serializers.CharField())

    class Meta(GateRow.Meta):
        fields = (*GateRow.Meta.fields, "reasons", "measured", "limits", "runs", "link", "policy", "took_ms")


class GateApi(Resource):
    """The gate: pass or fail with reasons, in one call. What it answers binds the revision."""

    model = GateCheck
    serializer_class = GateOutput
    parser_classes = (GateJSONParser, GateFormParser)
    required_scopes = {"read": ("evals:read",), "write": ("evals:write",)}

    @acts("", GateInput, output=GateOutput, detail=False)
    def create(self, data: dict[str, Any]) -> GateCheck:
        """Ask the gate of a surface whether a revision may pass, with the results of eval suites.

        Answers 200 with `passed` and `reasons` either way. A revision that failed here last does not come into force.
        """
        surface = surfaces.get(self.request.user, self.kwargs["surface"])
        user: Any = self.request.user
        given = dict(data)
        files = [sent(row) for row in given.pop("results", ())]
        if "revision" in given and not given["revision"].strip():
            raise Invalid("Name a revision by number or hash, or leave it out.", fields={"revision": ["Empty."]})
        return actions.ask_gate(surface, actor=user, sent=files, asked=actions.Asked(**given))


class GateCheckApi(ReadViewSet):
    """Gate checks: what CI asked, and what it was answered."""

    model = GateCheck
    serializer_class = GateOutput
    list_serializer_class = GateRow
    filterset_class = GateFilters
    ordering_fields = {"at": "pk", "surface": "surface__name"}
    ordering = "-at"
    lookup_field = "key"
    required_scopes = {"read": ("evals:read",), "write": ("evals:write",)}

    def get_queryset(self) -> QuerySet[GateCheck]:
        """Return the checks that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return GateCheck.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> GateCheck:
        """Return the check of the address (G-12)."""
        return queries.get(self.request.user, self.kwargs["key"])
