"""Channels and deliveries over REST. A channel's secret goes in and never comes out, save one that was made here, once."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, ReasonInput
from governance.api.operations import acts, creates, lists, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.channels import actions, queries
from governance.channels.models import Channel, Delivery
from governance.channels.tables import ChannelFilters, DeliveryFilters
from governance.core.errors import Invalid
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people.models import Team

SCOPES = {"read": ("channels:read",), "write": ("channels:write",)}


class ChannelOutput(Output):
    """A way out, without its secret."""

    key = serializers.CharField(help_text="CH-3")
    address = serializers.CharField(help_text="What may be shown of it; of Slack and Teams the host.")
    team = serializers.CharField(source="team.key", allow_null=True, help_text="Null: of the whole company.")

    class Meta:
        model = Channel
        fields = ("key", "name", "kind", "address", "team", "state", "last_ok_at", "last_error", "created_at", "version")


class NewChannelOutput(Output):
    """A way out, with the signing secret that was made for it; shown this once."""

    key = serializers.CharField(help_text="CH-3")
    team = serializers.CharField(source="team.key", allow_null=True)
    secret = serializers.CharField(
        source="made_secret", allow_blank=True, help_text="The signing secret that was made; empty where none was."
    )

    class Meta:
        model = Channel
        fields = ("key", "name", "kind", "address", "team", "state", "secret", "version")


class ChannelInput(Input):
    """A new way out."""

    name = Name(max_length=200)
    kind = serializers.ChoiceField(choices=Channel.Kind.choices)
    address = Name(
        max_length=500, required=False, allow_blank=True, help_text="Mail address or URL; PagerDuty has one of its own."
    )
    secret = Name(
        max_length=200,
        required=False,
        allow_blank=True,
        help_text="PagerDuty: the integration key. Webhook: whsec_…; left out, one is made.",
    )
    team = Name(max_length=60, required=False, allow_null=True, help_text="Key of the team whose lead keeps it.")
    example = {"name": "Claims on call", "kind": "webhook", "address": "https://hooks.example.org/claims"}


class ChannelChange(Input):
    """What changes of a channel; what is left out stays."""

    name = Name(max_length=200, required=False)
    address = Name(max_length=500, required=False)
    secret = Name(max_length=200, required=False)
    team = Name(max_length=60, required=False, allow_null=True)
    example = {"name": "Claims on call, day"}


class DeliveryOutput(Output):
    """One message on its way to one channel or one person."""

    key = serializers.CharField(help_text="DV-12")
    channel = serializers.CharField(source="channel.key", allow_null=True)
    person = serializers.CharField(source="person.ref", allow_null=True, help_text="Reference of who gets it by mail.")
    title = serializers.CharField(source="title_line")

    class Meta:
        model = Delivery
        fields = (
            "key",
            "channel",
            "person",
            "kind",
            "title",
            "uid",
            "state",
            "attempts",
            "next_at",
            "response",
            "made_at",
            "sent_at",
        )


class ChannelApi(ActionViewSet):
    """Channels: the ways to reach people and programs outside Plumbline."""

    model = Channel
    serializer_class = ChannelOutput
    filterset_class = ChannelFilters
    ordering_fields = {"name": "name", "kind": "kind", "key": "pk"}
    ordering = "name"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[Channel]:
        """Return the channels that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Channel.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> Channel:
        """Return the channel of the address (CH-3)."""
        return queries.get(self.request.user, self.kwargs["key"])

    def named(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return a body with the team as a team."""
        if data.get("team") is None:
            return dict(data)
        team = Team.objects.visible_to(self.actor).select_related("lead").filter(key=data["team"]).first()
        if team is None:
            raise Invalid("There is no such team.", fields={"team": ["Give a team's key, such as claims."]})
        return {**data, "team": team}

    @creates(ChannelInput, output=NewChannelOutput, secret=True)
    def create(self, data: dict[str, Any]) -> Channel:
        """Add a channel. A webhook without a secret gets one, answered this once."""
        channel: Channel = actions.add(actor=self.actor, **self.named(data))
        made = channel.kind == Channel.Kind.WEBHOOK and not data.get("secret")
        channel.made_secret = actions.secret_of(channel) if made else ""  # type: ignore[attr-defined]
        return channel

    @updates(ChannelChange)
    def partial_update(self, channel: Channel, data: dict[str, Any], expected_version: int | None) -> Channel:
        """Change a channel."""
        return actions.edit(channel, actor=self.actor, changes=self.named(data), expected_version=expected_version)

    @acts("pause", ReasonInput)
    def pause(self, channel: Channel, data: dict[str, Any], expected_version: int | None) -> Channel:
        """Let nothing through a channel for a while."""
        return actions.pause(channel, actor=self.actor, expected_version=expected_version, **data)

    @acts("resumption", ReasonInput)
    def resume(self, channel: Channel, data: dict[str, Any], expected_version: int | None) -> Channel:
        """Let messages through a channel again."""
        return actions.resume(channel, actor=self.actor, expected_version=expected_version, **data)

    @acts("retirement", ReasonInput)
    def retire(self, channel: Channel, data: dict[str, Any], expected_version: int | None) -> Channel:
        """Retire a channel for good."""
        return actions.retire(channel, actor=self.actor, expected_version=expected_version, **data)

    @acts("test", output=DeliveryOutput, status=202, if_match="none")
    def test(self, channel: Channel, data: dict[str, Any], expected_version: int | None) -> Delivery:
        """Send a test through a channel; the delivery says whether it arrived."""
        return actions.try_out(channel, actor=self.actor)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, channel: Channel) -> Any:
        """What happened to a channel."""
        return entries_for(channel)


class DeliveryApi(ActionViewSet):
    """Deliveries: messages that left Plumbline, still try to, or were given up."""

    model = Delivery
    serializer_class = DeliveryOutput
    filterset_class = DeliveryFilters
    ordering_fields = {"key": "pk", "state": "state"}
    ordering = "-key"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[Delivery]:
        """Return the messages whose words the caller may read."""
        if getattr(self, "swagger_fake_view", False):
            return Delivery.objects.none()
        return queries.deliveries(self.request.user)

    def get_object(self) -> Delivery:
        """Return the message of the address (DV-12)."""
        return queries.get_delivery(self.request.user, self.kwargs["key"])

    @acts("replay", if_match="none", status=202)
    def replay(self, delivery: Delivery, data: dict[str, Any], expected_version: int | None) -> Delivery:
        """Deliver a message again that was given up."""
        return actions.deliver_again(delivery, actor=self.actor)
