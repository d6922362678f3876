"""Report links over REST: hand out, read, revoke."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import acts, creates, lists
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core import clock
from governance.core.errors import Invalid
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people.models import Team
from incidents.filing import actions, queries, reading, rules
from incidents.filing.models import ReportLink
from incidents.filing.tables import LinkFilters
from registry.surfaces import queries as surfaces


class ReportLinkOutput(Output):
    """A link by which anybody who holds it can report a problem without an account."""

    key = serializers.CharField()
    surface = serializers.CharField(source="surface.key", allow_null=True, help_text="The surface that it names.")
    team = serializers.CharField(source="team.key", allow_null=True)
    owner = serializers.CharField(source="owner.ref", help_text="Reference of who handed it out.")
    reports = serializers.IntegerField(source="report_count", help_text="How many reports came by it.")
    url = serializers.SerializerMethodField(help_text="Its whole address; empty where it opens nothing now.")

    class Meta:
        model = ReportLink
        fields = (
            "key", "name", "surface", "team", "owner", "state", "expires_at", "ended_because", "reports", "url", "created_at",
            "version",
        )  # fmt: skip

    def get_url(self, obj: Any) -> str:
        """Return the address while it opens the form."""
        if not obj.allowed or not rules.is_open(obj, clock.now()):
            return ""
        return str(self.context["request"].build_absolute_uri(reading.form_address(obj)))


class ReportLinkInput(Input):
    """A link to hand out: for a surface, for a team, or without either for the company."""

    name = Name(max_length=200, help_text="Where it is handed out.")
    surface = Name(max_length=40, required=False, help_text="The surface's key, such as S-0418.")
    team = Name(max_length=60, required=False, help_text="The team's key.")
    expires_at = serializers.DateTimeField(help_text="At most two years from now.")
    example = {"name": "Poster in the call centre", "surface": "S-0418", "expires_at": "2027-03-01T00:00:00Z"}


class RevocationInput(Input):
    """Why a link is closed."""

    reason = Prose(max_length=2000, allow_blank=False)
    example = {"reason": "The poster was taken down."}


class ReportLinkApi(ActionViewSet):
    """Report links: addresses that let anybody who holds one report a problem without an account."""

    model = ReportLink
    serializer_class = ReportLinkOutput
    filterset_class = LinkFilters
    ordering_fields = {"created_at": "created_at", "expires_at": "expires_at", "name": "name"}
    ordering = "-created_at"
    lookup_field = "key"
    required_scopes = {"read": ("incidents:read",), "write": ("incidents:write",)}

    def get_queryset(self) -> QuerySet[ReportLink]:
        """Return the links that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return ReportLink.objects.none()
        return queries.listed_links(self.request.user)

    def get_object(self) -> ReportLink:
        """Return the link of the address (RL-3)."""
        return self.get_queryset().get(pk=queries.link(self.request.user, self.kwargs["key"]).pk)

    @creates(ReportLinkInput)
    def create(self, data: dict[str, Any]) -> ReportLink:
        """Hand out a link."""
        surface = surfaces.get(self.actor, data["surface"]) if data.get("surface") else None
        team = self.team(data["team"]) if data.get("team") else None
        made = actions.make_link(actor=self.actor, name=data["name"], surface=surface, team=team, expires_at=data["expires_at"])
        return self.get_queryset().get(pk=made.pk)

    def team(self, key: str) -> Team:
        """Return a team by its key. Raises Invalid."""
        found = Team.objects.filter(key=key).select_related("lead").first()
        if found is None:
            raise Invalid("There is no such team.", fields={"team": ["There is no team of this key."]})
        return found

    @acts("revocation", RevocationInput)
    def revoke(self, link: ReportLink, data: dict[str, Any], expected_version: int | None) -> ReportLink:
        """Revoke a link for good."""
        done = actions.revoke_link(link, actor=self.actor, reason=data["reason"], expected_version=expected_version)
        return self.get_queryset().get(pk=done.pk)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, link: ReportLink) -> Any:
        """What happened to a link."""
        return entries_for(link)
