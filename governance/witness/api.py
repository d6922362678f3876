"""Targets, witnesses and watched logs over REST."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose, ReasonInput
from governance.api.operations import acts, creates, lists, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.channels import queries as channels
from governance.core.errors import Invalid, NotVisible
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.witness import actions, queries
from governance.witness.models import MOST_MINUTES, Cosignature, Cosigned, Publication, WatchedLog, Witness
from governance.witness.tables import PublicationFilters, WatchedLogFilters, WitnessFilters

SCOPES = {"read": ("ledger:read",), "write": ("ledger:write",)}


class PublicationOutput(Output):
    """A place to which checkpoints go."""

    key = serializers.CharField(help_text="CP-1")
    channel = serializers.CharField(source="channel.key", allow_null=True, help_text="CH-3; of e-mail and webhooks.")

    class Meta:
        model = Publication
        fields = (
            "key", "name", "kind", "place", "channel", "every_minutes", "state", "last_size", "last_ok_at", "last_error",
            "created_at", "version",
        )  # fmt: skip


class WitnessOutput(Output):
    """Who cosigns our checkpoints."""

    key = serializers.CharField(help_text="WT-1")

    class Meta:
        model = Witness
        fields = (
            "key", "name", "vkey", "url", "state", "alarm", "last_size", "last_ok_at", "last_error", "created_at", "version",
        )  # fmt: skip


class WatchedLogOutput(Output):
    """A log of somebody else that is cosigned here."""

    key = serializers.CharField(help_text="WL-1")
    last_size = serializers.IntegerField(help_text="Over how many of its entries we cosigned last.")
    last_ok_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        model = WatchedLog
        fields = ("key", "origin", "name", "vkeys", "state", "last_size", "last_ok_at", "created_at", "version")


class CosignatureOutput(Output):
    """A cosignature of one of our checkpoints."""

    size = serializers.IntegerField(help_text="Over how many entries: the checkpoint's size.")

    class Meta:
        model = Cosignature
        fields = ("size", "line", "signed_at", "kept_at")


class CosignedOutput(Output):
    """A checkpoint of a watched log that we cosigned."""

    class Meta:
        model = Cosigned
        fields = ("previous", "size", "root", "note", "line", "made_at")


class PublicationChange(Input):
    """What changes of a target; what is left out stays."""

    name = Name(max_length=200, required=False)
    place = Name(max_length=200, required=False, allow_blank=True, help_text="Folder or prefix, of folders and object stores.")
    channel = Name(max_length=40, required=False, help_text="CH-3, of e-mail and webhooks.")
    every_minutes = serializers.IntegerField(min_value=1, max_value=MOST_MINUTES, required=False)
    example = {"every_minutes": 240}


class PublicationInput(PublicationChange):
    """A new target."""

    name = Name(max_length=200)
    kind = serializers.ChoiceField(choices=Publication.Kind.choices)
    example = {"name": "Audit folder", "kind": "file", "place": "audit"}


class WitnessInput(Input):
    """A new witness."""

    name = Name(max_length=200)
    vkey = Name(max_length=300, help_text="Name, id and key, as the witness publishes it.")
    url = Name(max_length=400, help_text="Its submission prefix, without /add-checkpoint.")
    example = {
        "name": "Auditors",
        "vkey": "witness.example.org+d2aecac6+BLuiSsHQCuTEOnvKbROrTLy/wULLU6R2IMwfw/qp9PyI",
        "url": "https://witness.example.org",
    }


class WitnessChange(Input):
    """What changes of a witness; its key stays."""

    name = Name(max_length=200, required=False)
    url = Name(max_length=400, required=False)
    example = {"name": "Auditors, second machine"}


class WatchedLogInput(Input):
    """A log to be cosigned."""

    origin = Name(max_length=200)
    name = Name(max_length=200)
    vkeys = Prose(max_length=4000, help_text="Its public keys, one a line.")
    example = {"origin": "log.example.org", "name": "Example Ltd", "vkeys": "log.example.org+c5b5a5f4+AbuiSsHQCuTEOnvKbROrTLy="}


class WatchedLogChange(Input):
    """What changes of a watched log; its origin stays."""

    name = Name(max_length=200, required=False)
    vkeys = Prose(max_length=4000, required=False)
    example = {"name": "Example Ltd, claims"}


class FoundInput(Input):
    """What was found out about an alarm."""

    reason = Prose(max_length=2000)
    example = {"reason": "The database was brought back from a backup; the missing entries are entered anew."}


class _Kept(ActionViewSet):
    """What the three have in common."""

    ordering = "name"
    lookup_field = "key"
    required_scopes = SCOPES
    mark = ""

    def seen(self, user: Any) -> QuerySet[Any]:
        """Return the rows that a person may see."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[Any]:
        """Return the rows that the caller may see."""
        return self.model._default_manager.none() if getattr(self, "swagger_fake_view", False) else self.seen(self.request.user)

    def get_object(self) -> Any:
        """Return the row of the address."""
        return queries.get(self.seen(self.request.user), self.mark, self.kwargs["key"])

    @acts("pause", ReasonInput)
    def pause(self, obj: Any, data: dict[str, Any], expected_version: int | None) -> Any:
        """Leave it out for a while."""
        return actions.pause(obj, actor=self.actor, expected_version=expected_version, **data)

    @acts("resumption", ReasonInput)
    def resume(self, obj: Any, data: dict[str, Any], expected_version: int | None) -> Any:
        """Use it again."""
        return actions.resume(obj, actor=self.actor, expected_version=expected_version, **data)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, obj: Any) -> Any:
        """What happened to it."""
        return entries_for(obj)


class PublicationApi(_Kept):
    """Places outside the database to which checkpoints go."""

    model = Publication
    serializer_class = PublicationOutput
    filterset_class = PublicationFilters
    ordering_fields = {"name": "name", "key": "pk", "last_size": "last_size"}
    mark = "CP"

    def seen(self, user: Any) -> QuerySet[Publication]:
        """Return the targets that a person may see."""
        return queries.publications(user)

    def named(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return a body with the channel as a channel."""
        if "channel" not in data:
            return dict(data)
        try:
            return {**data, "channel": channels.get(self.actor, data["channel"])}
        except NotVisible as error:
            raise Invalid("There is no such channel.", fields={"channel": [str(error)]}) from error

    @creates(PublicationInput)
    def create(self, data: dict[str, Any]) -> Publication:
        """Have new checkpoints published somewhere."""
        return actions.add_publication(actor=self.actor, **self.named(data))

    @updates(PublicationChange)
    def partial_update(self, publication: Publication, data: dict[str, Any], expected_version: int | None) -> Publication:
        """Change a target."""
        changes = self.named(data)
        return actions.edit_publication(publication, actor=self.actor, changes=changes, expected_version=expected_version)

    @acts("publish", if_match="none", status=202)
    def publish(self, publication: Publication, data: dict[str, Any], expected_version: int | None) -> Publication:
        """Publish the newest checkpoint at once."""
        return actions.publish_now(publication, actor=self.actor)

    @acts("retirement", ReasonInput)
    def retire(self, obj: Publication, data: dict[str, Any], expected_version: int | None) -> Publication:
        """End publishing there for good."""
        return actions.retire(obj, actor=self.actor, expected_version=expected_version, **data)


class WitnessApi(_Kept):
    """Machines of others that cosign our checkpoints."""

    model = Witness
    serializer_class = WitnessOutput
    filterset_class = WitnessFilters
    ordering_fields = {"name": "name", "key": "pk", "last_size": "last_size"}
    mark = "WT"

    def seen(self, user: Any) -> QuerySet[Witness]:
        """Return the witnesses that a person may see."""
        return queries.witnesses(user)

    @creates(WitnessInput)
    def create(self, data: dict[str, Any]) -> Witness:
        """Have a witness cosign our checkpoints."""
        return actions.add_witness(actor=self.actor, **data)

    @updates(WitnessChange)
    def partial_update(self, witness: Witness, data: dict[str, Any], expected_version: int | None) -> Witness:
        """Change a witness."""
        return actions.edit_witness(witness, actor=self.actor, changes=data, expected_version=expected_version)

    @acts("clearance", FoundInput)
    def clear(self, witness: Witness, data: dict[str, Any], expected_version: int | None) -> Witness:
        """Clear its alarm after it was looked into."""
        return actions.clear_alarm(witness, actor=self.actor, expected_version=expected_version, **data)

    @acts("retirement", ReasonInput)
    def retire(self, obj: Witness, data: dict[str, Any], expected_version: int | None) -> Witness:
        """Ask a witness no more."""
        return actions.retire(obj, actor=self.actor, expected_version=expected_version, **data)

    @lists("cosignatures", output=CosignatureOutput, ordering_fields={"size": "checkpoint__size"}, ordering="-size")
    def cosignatures(self, witness: Witness) -> QuerySet[Cosignature]:
        """What it cosigned."""
        return queries.by_witness(witness)


class WatchedLogApi(_Kept):
    """Logs of others whose checkpoints are cosigned here, at /witness/add-checkpoint (C2SP tlog-witness)."""

    model = WatchedLog
    serializer_class = WatchedLogOutput
    filterset_class = WatchedLogFilters
    ordering_fields = {"name": "name", "key": "pk", "origin": "origin"}
    mark = "WL"

    def seen(self, user: Any) -> QuerySet[WatchedLog]:
        """Return the logs that a person may see."""
        return queries.logs(user)

    @creates(WatchedLogInput)
    def create(self, data: dict[str, Any]) -> WatchedLog:
        """Cosign a log from now on."""
        return actions.watch(actor=self.actor, **data)

    @updates(WatchedLogChange)
    def partial_update(self, log: WatchedLog, data: dict[str, Any], expected_version: int | None) -> WatchedLog:
        """Change whose log it is, or its keys."""
        return actions.edit_log(log, actor=self.actor, changes=data, expected_version=expected_version)

    @lists("cosigned", output=CosignedOutput, ordering_fields={"size": "size"}, ordering="-size")
    def cosigned(self, log: WatchedLog) -> QuerySet[Cosigned]:
        """What we cosigned of it."""
        return queries.of_log(log)
