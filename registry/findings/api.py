"""Findings over REST: read, put off, wake, dismiss, hand on, name the surface, draft the change."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import acts, lists, reads
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from registry.findings import actions, proposing, queries, registering
from registry.findings.models import Finding
from registry.findings.tables import FindingFilters
from registry.surfaces import queries as surfaces
from registry.surfaces.api.resolve import person
from registry.usage import queries as usage


class FindingOutput(Output):
    """One difference between what was observed and what was approved."""

    key = serializers.CharField()
    surface = serializers.CharField(source="surface.key", allow_null=True)
    endpoint = serializers.CharField(source="endpoint.key", allow_null=True)
    owner = serializers.CharField(source="owner.ref", allow_null=True, help_text="Reference of who answers for it.")
    change = serializers.CharField(source="change.key", allow_null=True, help_text="The change that allows it by now.")
    calls = serializers.IntegerField(source="tally.calls")
    first_at = serializers.DateTimeField(source="tally.first_at", allow_null=True)
    last_at = serializers.DateTimeField(source="tally.last_at", allow_null=True)

    class Meta:
        model = Finding
        fields = (
            "key",
            "kind",
            "title",
            "detail",
            "surface",
            "endpoint",
            "owner",
            "state",
            "opened_at",
            "calls",
            "first_at",
            "last_at",
            "snoozed_until",
            "reason",
            "resolution",
            "change",
            "settled_at",
            "version",
        )


class SnoozeInput(Input):
    """Until when it can wait, and why."""

    until = serializers.DateField()
    reason = Prose(max_length=2000)
    example = {"until": "2027-03-01", "reason": "The vendor moves us to the EU on 26 February."}


class DismissInput(Input):
    """Why it is no finding."""

    reason = Prose(max_length=2000)
    example = {"reason": "A load test with made-up data."}


class OwnerInput(Input):
    """Who answers for it from now on."""

    owner = Name(max_length=40, help_text="Reference of a person.")
    reason = Prose(max_length=2000, required=False)
    example = {"owner": "p_4f1d2c9a8b7e6d50"}


class SurfaceInput(Input):
    """Which registered surface makes these calls."""

    surface = Name(max_length=40, help_text="The surface's key, such as S-0418.")
    example = {"surface": "S-0418"}


class SeenOutput(serializers.Serializer[Any]):
    """One way of use that a finding rests on, and what it came to."""

    path = serializers.IntegerField()
    claim = serializers.CharField(allow_blank=True)
    service = serializers.CharField(allow_blank=True)
    agent = serializers.CharField(allow_blank=True)
    model = serializers.CharField(allow_blank=True)
    region = serializers.CharField(allow_blank=True)
    tool = serializers.CharField(allow_blank=True)
    reasons = serializers.ListField(child=serializers.CharField())
    calls = serializers.IntegerField()
    first_at = serializers.DateTimeField(allow_null=True)
    last_at = serializers.DateTimeField(allow_null=True)


class FindingApi(ActionViewSet):
    """Findings: what was observed and was not approved, each once, with an owner and an end."""

    model = Finding
    serializer_class = FindingOutput
    filterset_class = FindingFilters
    ordering_fields = {"key": "pk", "opened_at": "opened_at", "kind": "kind", "state": "state"}
    ordering = "-key"
    lookup_field = "key"
    required_scopes = {"read": ("usage:read",), "write": ("usage:write",)}

    def get_queryset(self) -> QuerySet[Finding]:
        """Return the findings that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Finding.objects.none()
        return queries.rows(self.request.user).select_related("surface", "endpoint", "owner", "change", "tally")

    def get_object(self) -> Finding:
        """Return the finding of the address (F-12)."""
        return queries.get(self.request.user, self.kwargs["key"])

    @acts("snooze", SnoozeInput)
    def snooze(self, finding: Finding, data: dict[str, Any], expected_version: int | None) -> Finding:
        """Put a finding off until a day."""
        return actions.snooze(finding, actor=self.actor, expected_version=expected_version, **data)

    @acts("waking")
    def wake(self, finding: Finding, data: dict[str, Any], expected_version: int | None) -> Finding:
        """Put a finding that was put off or dismissed back on the list."""
        return actions.wake(finding, actor=self.actor, expected_version=expected_version)

    @acts("dismissal", DismissInput)
    def dismiss(self, finding: Finding, data: dict[str, Any], expected_version: int | None) -> Finding:
        """Say that a finding is none."""
        return actions.dismiss(finding, actor=self.actor, expected_version=expected_version, **data)

    @acts("owner", OwnerInput, method="put")
    def give(self, finding: Finding, data: dict[str, Any], expected_version: int | None) -> Finding:
        """Give a finding to another person."""
        given = {"to": person(data["owner"], "owner", self.actor), "reason": data.get("reason", "")}
        return actions.reassign(finding, actor=self.actor, expected_version=expected_version, **given)

    @acts("surface", SurfaceInput)
    def name_surface(self, finding: Finding, data: dict[str, Any], expected_version: int | None) -> Finding:
        """Say that the program of a finding is a surface that is registered; its calls are matched again."""
        return registering.name(finding, surfaces.get(self.actor, data["surface"]), actor=self.actor)

    @acts("change-draft")
    def draft_change(self, finding: Finding, data: dict[str, Any], expected_version: int | None) -> Finding:
        """Draft the change of the surface's contract that would allow what was found; propose it as any draft."""
        proposing.draft_change(finding, actor=self.actor)
        return queries.get(self.actor, finding.key)

    @reads("seen", output=SeenOutput, many=True)
    def seen(self, finding: Finding) -> list[dict[str, Any]]:
        """Where a finding was seen: at most 200 ways of use, the newest first."""
        allowed = usage.visible_to(self.actor).values("pk")
        paths = list(queries.paths_of(finding).filter(pk__in=allowed).order_by("-pk")[:200])
        counted = usage.last([path.pk for path in paths])
        return [_seen(path, counted.get(path.pk, usage.Row())) for path in paths]

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, finding: Finding) -> Any:
        """What happened to a finding."""
        return entries_for(finding)


def _seen(path: Any, row: usage.Row) -> dict[str, Any]:
    names = {name: getattr(path, name) for name in ("claim", "service", "agent", "model", "region", "tool", "reasons")}
    return {"path": path.pk, **names, "calls": row.calls, "first_at": row.first_at, "last_at": row.last_at}
