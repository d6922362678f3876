"""The library of suites over REST."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Nested, Prose, ReasonInput
from governance.api.operations import acts, creates, lists, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core.errors import Invalid
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people import queries as people
from governance.people.models import User
from registry.evals import actions, queries
from registry.evals.filters import SuiteFilters
from registry.evals.models import EvalSuite, SuiteVersion

OWNER = "Reference of the person who answers for it."


class VersionOutput(Output):
    """A version of a suite. It never changes."""

    author = serializers.CharField(source="author.ref")

    class Meta:
        model = SuiteVersion
        fields = (
            "number", "digest", "good", "cases_at", "cases_digest", "case_count", "thresholds", "note", "author", "made_at",
        )  # fmt: skip


class SuiteRow(Output):
    """A suite as a row of the list."""

    owner = serializers.CharField(source="owner.ref", allow_null=True, help_text=OWNER)
    number = serializers.IntegerField(source="current.number", allow_null=True, help_text="The version that holds.")
    case_count = serializers.IntegerField(source="current.case_count", allow_null=True)

    class Meta:
        model = EvalSuite
        fields = ("key", "name", "owner", "state", "number", "case_count", "version", "created_at", "updated_at")


class SuiteOutput(SuiteRow):
    """A suite with what its version says."""

    digest = serializers.CharField(source="current.digest", allow_null=True, help_text="Hash of the version that holds.")
    good = serializers.CharField(help_text="What good means.")
    cases_at = serializers.JSONField(source="current.cases_at", help_text="repository, path and commit, or url")
    cases_digest = serializers.CharField(source="current.cases_digest", allow_null=True)
    thresholds = serializers.JSONField(source="current.thresholds", help_text="Tier to the least pass rate.")

    class Meta:
        model = EvalSuite
        fields = (*SuiteRow.Meta.fields, "purpose", "good", "cases_at", "cases_digest", "thresholds", "digest")


class PlaceInput(Nested):
    """Where the cases live: a repository with path and commit, or an address."""

    repository = Name(required=False, max_length=600)
    path = Name(required=False, max_length=600)
    commit = Name(required=False, max_length=64, help_text="7 to 64 hexadecimal digits, so that it cannot move.")
    url = Name(required=False, max_length=600)


class SuiteChange(Input):
    """What of a suite changes. Other cases, thresholds or another meaning make a new version."""

    name = Name(required=False, max_length=200)
    purpose = Prose(required=False, max_length=4000)
    good = Prose(required=False, max_length=4000, allow_blank=False, help_text="What good means.")
    cases_at = PlaceInput(required=False)
    cases_digest = Name(required=False, allow_blank=True, max_length=71, help_text="SHA-256 of the cases.")
    case_count = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=10_000_000)
    thresholds = serializers.DictField(
        child=serializers.FloatField(),
        required=False,
        help_text="Tier (0 to 4) to the least pass rate, where stricter than policy.",
    )
    note = Name(required=False, allow_blank=True, max_length=2000, help_text="What is new in the version that this makes.")
    example: ClassVar[Mapping[str, Any]] = {"thresholds": {"2": 0.95}, "note": "Raised after the review of May."}


class SuiteInput(SuiteChange):
    """What a suite is added with."""

    name = Name(max_length=200)
    good = Prose(max_length=4000, allow_blank=False, help_text="What good means.")
    key = serializers.SlugField(required=False, max_length=100, help_text="Made from the name when left out; never changes.")
    owner = serializers.CharField(required=False, max_length=40, help_text=f"{OWNER} The caller when left out.")
    example: ClassVar[Mapping[str, Any]] = {
        "name": "Triage accuracy",
        "good": "The queue that a claims handler would have chosen.",
        "cases_at": {"repository": "git.example.com/claims/evals", "path": "triage.jsonl", "commit": "4f1d2c9a8b7e"},
        "case_count": 240,
        "thresholds": {"2": 0.95},
    }


class OwnerInput(Input):
    """Another owner, and why."""

    owner = serializers.CharField(max_length=40, help_text=OWNER)
    reason = Name(required=False, allow_blank=True, max_length=2000)
    example: ClassVar[Mapping[str, Any]] = {"owner": "p_4f1d2c9a8b7e6d50", "reason": "Took over the team."}


class SuiteApi(ActionViewSet):
    """The shared library of eval suites: what good means, and which pass rate each tier asks for."""

    model = EvalSuite
    serializer_class = SuiteOutput
    list_serializer_class = SuiteRow
    filterset_class = SuiteFilters
    ordering_fields = {"name": "name", "key": "key", "state": "state", "owner": "owner__name", "updated_at": "updated_at"}
    ordering = "name"
    lookup_field = "key"
    required_scopes = {"read": ("evals:read",), "write": ("evals:write",)}

    def get_queryset(self) -> QuerySet[EvalSuite]:
        """Return the suites that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return EvalSuite.objects.none()
        return queries.visible_to(self.request.user)

    @creates(SuiteInput)
    def create(self, data: dict[str, Any]) -> EvalSuite:
        """Add a suite to the library."""
        return actions.add_suite(actor=self.actor, **self._resolved(data))

    @updates(SuiteChange)
    def partial_update(self, suite: EvalSuite, data: dict[str, Any], expected_version: int | None) -> EvalSuite:
        """Change a suite; other cases, thresholds or another meaning make a new version."""
        return actions.change_suite(suite, actor=self.actor, expected_version=expected_version, **self._resolved(data))

    @acts("owner", OwnerInput, method="put")
    def give(self, suite: EvalSuite, data: dict[str, Any], expected_version: int | None) -> EvalSuite:
        """Name another owner."""
        given = self._resolved(data)
        return actions.give_owner(
            suite, actor=self.actor, to=given["owner"], reason=given.get("reason", ""), expected_version=expected_version
        )

    @acts("retirement", ReasonInput)
    def retire(self, suite: EvalSuite, data: dict[str, Any], expected_version: int | None) -> EvalSuite:
        """Retire a suite: no run of it is taken any more."""
        return actions.retire_suite(suite, actor=self.actor, expected_version=expected_version, **data)

    @acts("reopening", ReasonInput)
    def reopen(self, suite: EvalSuite, data: dict[str, Any], expected_version: int | None) -> EvalSuite:
        """Take a retired suite up again."""
        return actions.reopen_suite(suite, actor=self.actor, expected_version=expected_version, **data)

    @lists("versions", output=VersionOutput, ordering_fields={"number": "number"}, ordering="-number")
    def versions(self, suite: EvalSuite) -> QuerySet[SuiteVersion]:
        """The versions of a suite."""
        return suite.versions.select_related("author")

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, suite: EvalSuite) -> Any:
        """What happened to a suite."""
        return entries_for(suite)

    def _resolved(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return a body with the owner as a person. Raises Invalid."""
        found = dict(data)
        if found.get("owner") is not None:
            person: User | None = people.visible_to(self.actor).filter(ref=found["owner"]).first()
            if person is None:
                raise Invalid("There is no such person.", fix="Use the reference from /people.", fields={"owner": ["Unknown."]})
            found["owner"] = person
        return found
