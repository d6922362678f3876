"""Postmortems over REST: begin, write, name causes, choose moments, ask for approval, read patterns."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from governance.api.input import Input, Name, Prose, ReasonInput
from governance.api.operations import acts, creates, lists, reads, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core import clock
from governance.core.errors import NotVisible
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from incidents.cases import queries as cases
from incidents.postmortems import actions, demands, queries, rules
from incidents.postmortems.models import LONGEST_TEXT, Postmortem, PostmortemCause, PostmortemSection
from incidents.postmortems.tables import PostmortemFilters

SCOPES = {"read": ("incidents:read",), "write": ("incidents:write",)}


class SectionOutput(Output):
    """One text of a postmortem, with a version of its own."""

    written_by = serializers.CharField(source="written_by.ref", allow_null=True)

    class Meta:
        model = PostmortemSection
        fields = ("kind", "heading", "hint", "demanded", "text", "written_by", "version", "updated_at")


class CauseOutput(Output):
    """A cause that is named."""

    class Meta:
        model = PostmortemCause
        fields = ("cause", "note", "version")


class PostmortemRow(Output):
    """A postmortem as a row of the list."""

    key = serializers.CharField()
    incident = serializers.CharField(source="incident.key")
    severity = serializers.CharField(source="incident.severity")
    author = serializers.CharField(source="author.ref", help_text="Reference of whoever began it.")
    request = serializers.CharField(source="request.key", allow_null=True, help_text="The approval request.")

    class Meta:
        model = Postmortem
        fields: tuple[str, ...] = (
            "key", "title", "incident", "severity", "author", "state", "digest", "request", "approved_at", "created_at",
            "version",
        )  # fmt: skip


class PostmortemOutput(PostmortemRow):
    """A postmortem with its texts, causes, the moments drawn in, and what it still lacks."""

    sections = SectionOutput(many=True)
    causes = CauseOutput(many=True)
    lacks = serializers.SerializerMethodField(help_text="What is missing before it can be approved, in sentences.")

    class Meta(PostmortemRow.Meta):
        fields = (*PostmortemRow.Meta.fields, "sections", "causes", "moments", "lacks")

    def get_lacks(self, row: Postmortem) -> list[str]:
        """Return what is missing."""
        return queries.lacks(row) if row.state == Postmortem.State.DRAFT else []


class GroupOutput(serializers.Serializer[Any]):
    """Incidents that share something."""

    by = serializers.ChoiceField(choices=[(name, name) for name, _ in queries.PATTERNS])
    value = serializers.CharField(help_text="Id or key of what they share.")
    label = serializers.CharField()  # type: ignore[assignment]
    total = serializers.IntegerField(help_text="How many incidents; two at least.")
    misses = serializers.IntegerField(help_text="Near misses among them.")
    open = serializers.IntegerField(help_text="How many of them are not closed.")


class BeginInput(Input):
    """The incident whose postmortem is begun."""

    incident = Name(max_length=40, help_text="Its key, such as INC-12.")
    example = {"incident": "INC-12"}


class TitleInput(Input):
    """Another title."""

    title = Name()
    example = {"title": "Members were quoted last year's copay"}


class SectionInput(Input):
    """One text. `version` is the text's own, as it was read: another one is refused, so that no word is lost."""

    section = Name(max_length=40, help_text="Its kind, such as impact.")
    text = Prose(max_length=LONGEST_TEXT, allow_blank=True)
    version = serializers.IntegerField(min_value=1, required=False, help_text="The version of this text that was read.")
    example = {"section": "impact", "text": "198 members were told a wrong price, for 32 hours.", "version": 1}


class CauseInput(Input):
    """A cause of the policy's list, and how it worked here."""

    cause = Name(max_length=60)
    note = Prose(max_length=2000, required=False, allow_blank=True)
    example = {"cause": "retrieval_data", "note": "The index was rebuilt from an archive, without a check of its dates."}


class CauseKeyInput(Input):
    """A cause that was named."""

    cause = Name(max_length=60)
    example = {"cause": "retrieval_data"}


class MomentsInput(Input):
    """The timeline entries that are drawn in, by their id."""

    moments = serializers.ListField(child=serializers.IntegerField(min_value=1), max_length=rules.MOST_MOMENTS)
    example = {"moments": [17, 21, 22]}


class PostmortemApi(ActionViewSet):
    """Postmortems: what an incident taught, and what in the system changes. Approved for their hash."""

    model = Postmortem
    serializer_class = PostmortemOutput
    list_serializer_class = PostmortemRow
    filterset_class = PostmortemFilters
    ordering_fields = {"begun": "pk", "title": "title", "state": "state"}
    ordering = "-begun"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[Postmortem]:
        """Return the postmortems that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Postmortem.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> Postmortem:
        """Return the postmortem of the address (PM-3)."""
        return queries.get(self.request.user, self.kwargs["key"])

    def anew(self, postmortem: Postmortem) -> Postmortem:
        """Return it as it stands after what was done."""
        return queries.get(self.actor, postmortem.key)

    @creates(BeginInput)
    def create(self, data: dict[str, Any]) -> Postmortem:
        """Begin the postmortem of an incident."""
        return self.anew(actions.begin(cases.get(self.actor, data["incident"]), actor=self.actor))

    @updates(TitleInput)
    def partial_update(self, postmortem: Postmortem, data: dict[str, Any], expected_version: int | None) -> Postmortem:
        """Change the title."""
        return self.anew(actions.retitle(postmortem, actor=self.actor, expected_version=expected_version, **data))

    @acts("sections", SectionInput, output=SectionOutput, method="put", if_match="none")
    def write(self, postmortem: Postmortem, data: dict[str, Any], expected_version: int | None) -> PostmortemSection:
        """Write one text."""
        section = queries.section(postmortem, data["section"])
        return actions.write_section(section, actor=self.actor, text=data["text"], expected_version=data.get("version"))

    @acts("causes", CauseInput, output=CauseOutput, status=201, if_match="none")
    def name_cause(self, postmortem: Postmortem, data: dict[str, Any], expected_version: int | None) -> PostmortemCause:
        """Name a cause."""
        return actions.name_cause(postmortem, actor=self.actor, **data)

    @acts("causes/dropped", CauseKeyInput, if_match="none")
    def drop_cause(self, postmortem: Postmortem, data: dict[str, Any], expected_version: int | None) -> Postmortem:
        """Take a cause back."""
        row = postmortem.causes.filter(cause=data["cause"]).first()
        if row is None:
            raise NotVisible(f"The cause {data['cause']} is not named here.", fix=f"One of {', '.join(demands.causes())}.")
        actions.drop_cause(row, actor=self.actor)
        return self.anew(postmortem)

    @acts("moments", MomentsInput, method="put")
    def cut(self, postmortem: Postmortem, data: dict[str, Any], expected_version: int | None) -> Postmortem:
        """Choose which moments of the timeline are drawn in."""
        return self.anew(actions.cut_timeline(postmortem, actor=self.actor, expected_version=expected_version, **data))

    @acts("request")
    def ask(self, postmortem: Postmortem, data: dict[str, Any], expected_version: int | None) -> Postmortem:
        """Ask for approval, under its hash."""
        return self.anew(actions.ask_for_approval(postmortem, actor=self.actor, expected_version=expected_version))

    @acts("withdrawal", ReasonInput)
    def withdraw(self, postmortem: Postmortem, data: dict[str, Any], expected_version: int | None) -> Postmortem:
        """Take the request back, to go on writing."""
        return self.anew(actions.withdraw(postmortem, actor=self.actor, reason=data.get("reason", "")))

    @acts("revision", ReasonInput)
    def revise(self, postmortem: Postmortem, data: dict[str, Any], expected_version: int | None) -> Postmortem:
        """Open an approved postmortem for another edition."""
        reason = data.get("reason", "")
        return self.anew(actions.revise(postmortem, actor=self.actor, reason=reason, expected_version=expected_version))

    @reads(
        "patterns",
        output=GroupOutput,
        detail=False,
        many=True,
        parameters=[OpenApiParameter("days", int, description="Only incidents reported in so many days; all when left out.")],
    )
    def patterns(self) -> list[dict[str, Any]]:
        """What happened more than once: incidents of the same surface, vendor, kind or cause."""
        days = self.parameters.get("days")
        since = clock.now() - timedelta(days=min(max(days, 1), 36_500)) if days is not None else None
        found = queries.patterns(self.actor, since)
        return [{"by": name, **row, "value": str(row["value"])} for name, rows in found.items() for row in rows]

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, postmortem: Postmortem) -> Any:
        """What happened to a postmortem."""
        return entries_for(postmortem)
