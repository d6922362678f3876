"""Sources over REST: read them, make one, change it, its token, retire it."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import acts, creates, lists, reads, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people.lookups import person, team
from registry.surfaces import queries as surfaces
from registry.usage.models import UsageSource
from registry.usage.sources import actions, queries
from registry.usage.sources.tables import SourceFilters


class SourceOutput(Output):
    """Who sends observations, for what, and until when its token is good."""

    key = serializers.CharField(help_text="TS-3")
    surface = serializers.CharField(source="surface.key", allow_null=True)
    team = serializers.CharField(source="team.key", allow_null=True)
    owner = serializers.CharField(source="owner.ref")
    token_ends = serializers.DateTimeField(source="token.expires_at", allow_null=True)

    class Meta:
        model = UsageSource
        fields = ("key", "name", "kind", "surface", "team", "owner", "notes", "state", "token_ends", "version", "updated_at")


class IssuedOutput(serializers.Serializer[Any]):
    """A source and the secret of its token, which is shown this once."""

    key = serializers.CharField()
    name = serializers.CharField()
    secret = serializers.CharField(help_text="Send it as a bearer token to /v1/traces. It is stored nowhere.")
    token_ends = serializers.DateTimeField()


class FiguresOutput(serializers.Serializer[Any]):
    """What a source sent in the last days."""

    days = serializers.IntegerField()
    given = serializers.IntegerField(help_text="Calls that were sent.")
    stored = serializers.IntegerField()
    duplicates = serializers.IntegerField(help_text="Calls that were there already.")
    refused = serializers.IntegerField()
    others = serializers.IntegerField(help_text="Spans that are calls of neither models nor tools.")
    texts_refused = serializers.IntegerField(source="sum_texts_refused")
    texts_kept = serializers.IntegerField(source="sum_texts_kept")
    reasons = serializers.SerializerMethodField(help_text="Refused calls by reason.")

    def get_reasons(self, figures: dict[str, Any]) -> dict[str, int]:
        """Return refused calls by reason."""
        return dict(figures["reasons"])


class Days(serializers.IntegerField):
    """For how many days a token is good."""

    def __init__(self) -> None:
        super().__init__(min_value=1, max_value=actions.MOST_DAYS, required=False, help_text="A year when left out.")


class SourceInput(Input):
    """What a source is made with: `surface` for one of a surface, `team` for one of a team, neither for a gateway."""

    name = Name(max_length=200)
    kind = serializers.ChoiceField(choices=UsageSource.Kind.choices)
    surface = Name(required=False, max_length=40, help_text="The surface's key, such as S-0418.")
    team = Name(required=False, max_length=60, help_text="The team's key.")
    owner = Name(required=False, max_length=254, help_text="Reference or address; the caller when left out.")
    notes = Prose(required=False, max_length=4000)
    days = Days()
    example = {"name": "Claims triage, production", "kind": "surface", "surface": "S-0418"}


class SourceChange(Input):
    """What of a source changes."""

    name = Name(required=False, max_length=200)
    notes = Prose(required=False, max_length=4000)
    example = {"notes": "Sends from both data centres."}


class TokenInput(Input):
    """How long the new token is good, and whether the old one works until its own end."""

    days = Days()
    keep_old = serializers.BooleanField(required=False)
    example = {"days": 180, "keep_old": True}


class ReviveInput(Input):
    """How long the new token is good."""

    days = Days()
    example = {"days": 180}


class GiveInput(Input):
    """Who answers for it from now on."""

    owner = Name(max_length=254, help_text="Reference or e-mail address of an active person.")
    reason = Prose(required=False, default="", max_length=2000)
    example = {"owner": "noor@example.org"}


class WhyInput(Input):
    """Why."""

    reason = Prose(required=False, default="", max_length=2000)
    example = {"reason": "The program is switched off."}


def issued(made: actions.MadeSource) -> dict[str, Any]:
    """Return what is shown once."""
    source = made.source
    ends = source.token.expires_at if source.token else None
    return {"key": source.key, "name": source.name, "secret": made.secret, "token_ends": ends}


class SourceApi(ActionViewSet):
    """Who sends observations. Each source has an account and a token of its own, which can send and nothing else."""

    model = UsageSource
    serializer_class = SourceOutput
    filterset_class = SourceFilters
    ordering_fields = {"name": "name", "state": "state"}
    ordering = "name"
    lookup_field = "key"
    required_scopes = {"read": ("usage:read",), "write": ("usage:write",)}

    def get_queryset(self) -> QuerySet[UsageSource]:
        """Return the sources that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return UsageSource.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> UsageSource:
        """Return the source of the address (TS-3)."""
        return queries.get(self.request.user, self.kwargs["key"])

    @creates(SourceInput, output=IssuedOutput, secret=True)
    def create(self, data: dict[str, Any]) -> dict[str, Any]:
        """Make a source and its token, whose secret is shown this once."""
        given = dict(data)
        if key := given.pop("surface", ""):
            given["surface"] = surfaces.get(self.actor, key)
        if key := given.pop("team", ""):
            given["team"] = team(key)
        if said := given.pop("owner", ""):
            given["owner"] = person(said, field="owner")
        return issued(actions.make(actor=self.actor, **given))

    @updates(SourceChange)
    def partial_update(self, source: UsageSource, data: dict[str, Any], expected_version: int | None) -> UsageSource:
        """Change a source's name or notes."""
        return actions.change(source, actor=self.actor, expected_version=expected_version, **data)

    @acts("tokens", TokenInput, output=IssuedOutput, status=201, secret=True)
    def renew(self, source: UsageSource, data: dict[str, Any], expected_version: int | None) -> dict[str, Any]:
        """Make a new token for a source; the old one ends at once unless it is kept until its own end."""
        return issued(actions.renew_token(source, actor=self.actor, **data))

    @acts("owner", GiveInput, method="put")
    def give(self, source: UsageSource, data: dict[str, Any], expected_version: int | None) -> UsageSource:
        """Name who answers for a source from now on; its token goes on working."""
        to = person(data["owner"], field="owner")
        return actions.give(source, actor=self.actor, to=to, reason=data["reason"], expected_version=expected_version)

    @acts("retirement", WhyInput)
    def retire(self, source: UsageSource, data: dict[str, Any], expected_version: int | None) -> UsageSource:
        """Stop a source: its tokens end at once, what it sent stays."""
        return actions.retire(source, actor=self.actor, expected_version=expected_version, **data)

    @acts("revival", ReviveInput, output=IssuedOutput, secret=True)
    def revive(self, source: UsageSource, data: dict[str, Any], expected_version: int | None) -> dict[str, Any]:
        """Let a retired source send again, with a new token."""
        return issued(actions.revive(source, actor=self.actor, expected_version=expected_version, **data))

    @reads("figures", output=FiguresOutput)
    def figures(self, source: UsageSource) -> dict[str, Any]:
        """What a source sent in the last seven days, and what was refused and why."""
        return queries.figures(source)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, source: UsageSource) -> Any:
        """What happened to a source."""
        return entries_for(source)
