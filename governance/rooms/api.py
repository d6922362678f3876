"""Buyer's rooms over REST. A link's secret is answered once, when it is made; who came in is a list of its own."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose, ReasonInput
from governance.api.operations import acts, creates, lists, reads, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core.errors import Invalid
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people.models import User
from governance.rooms import actions, queries
from governance.rooms.models import Room, RoomItem, RoomLink
from governance.rooms.tables import RoomFilters, address_of


class RoomOutput(Output):
    """A room of proof for one buyer, or the public one."""

    key = serializers.CharField(help_text="BR-2")
    owner = serializers.CharField(source="owner.ref", help_text="Reference of who keeps it.")

    class Meta:
        model = Room
        fields = ("key", "title", "audience", "welcome", "kind", "owner", "state", "ended_because", "created_at", "version")


class RoomItemOutput(Output):
    """One thing in a room, as it was when it was put there."""

    class Meta:
        model = RoomItem
        fields = (
            "id",
            "kind",
            "source",
            "subject_key",
            "title",
            "content",
            "digest",
            "as_of",
            "ledger_seq",
            "with_zip",
            "version",
        )


class RoomLinkOutput(Output):
    """A link that lets one viewer in. Its secret was shown when it was made."""

    key = serializers.CharField(help_text="BL-4")
    room = serializers.SerializerMethodField()
    has_password = serializers.SerializerMethodField()
    made_by = serializers.CharField(source="made_by.ref")

    class Meta:
        model = RoomLink
        fields = (
            "key",
            "room",
            "viewer_name",
            "viewer_email",
            "has_password",
            "state",
            "expires_at",
            "ended_because",
            "made_by",
            "created_at",
            "version",
        )

    def get_room(self, obj: RoomLink) -> str:
        """The room's key."""
        return f"BR-{obj.room_id}"

    def get_has_password(self, obj: RoomLink) -> bool:
        """Whether it asks for one."""
        return bool(obj.password)


class IssuedLinkOutput(serializers.Serializer[Any]):
    """A link with its whole address; shown this once."""

    key = serializers.CharField(source="link.key")
    expires_at = serializers.DateTimeField(source="link.expires_at")
    address = serializers.CharField(help_text="What the viewer opens. It is not shown again.")


class RoomInput(Input):
    """A new room."""

    title = Name(max_length=200)
    audience = Name(max_length=200, required=False, allow_blank=True, help_text="The company that buys or looks.")
    welcome = Prose(max_length=4000, required=False)
    kind = serializers.ChoiceField(choices=Room.Kind.choices, required=False)
    owner = Name(max_length=40, required=False, help_text="Reference of who keeps it; left out: yourself.")
    example = {"title": "Proof for Northwind", "audience": "Northwind AG"}


class RoomChange(Input):
    """What changes of a room; what is left out stays."""

    title = Name(max_length=200, required=False)
    audience = Name(max_length=200, required=False, allow_blank=True)
    welcome = Prose(max_length=4000, required=False)
    owner = Name(max_length=40, required=False)
    example = {"audience": "Northwind AG, purchasing"}


class RoomItemInput(Input):
    """One thing to put in: a pack, a document, or answers of a kind."""

    kind = serializers.ChoiceField(choices=RoomItem.Kind.choices)
    key = Name(max_length=120, required=False, allow_blank=True, help_text="PK-3, a document's code, or a surface's key.")
    source = Name(max_length=40, required=False, help_text="Of answers: five_questions, subprocessors, status, charter.")
    with_zip = serializers.BooleanField(required=False, help_text="Of a pack: its ZIP as well, which bears no viewer's mark.")
    example = {"kind": "answer", "source": "five_questions", "key": "S-0418"}


class ItemInput(Input):
    """One thing that lies in the room."""

    item = serializers.IntegerField(min_value=1, help_text="Its id.")
    reason = Prose(max_length=2000, required=False)
    example = {"item": 1}


class RoomLinkInput(Input):
    """Who is let in, until when."""

    viewer_name = Name(max_length=200)
    viewer_email = serializers.EmailField(max_length=254)
    expires_at = serializers.DateTimeField()
    password = Name(max_length=200, required=False, allow_blank=True)
    example = {"viewer_name": "Dana Buyer", "viewer_email": "dana@northwind.example", "expires_at": "2027-01-15T00:00:00Z"}


class RoomApi(ActionViewSet):
    """Buyer's rooms: what is shown to somebody outside, by a link that ends."""

    model = Room
    serializer_class = RoomOutput
    filterset_class = RoomFilters
    ordering_fields = {"key": "pk", "title": "title"}
    ordering = "-key"
    lookup_field = "key"
    required_scopes = {"read": ("rooms:read",), "write": ("rooms:write",)}

    def get_queryset(self) -> QuerySet[Room]:
        """Return the rooms that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Room.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> Room:
        """Return the room of the address (BR-2)."""
        return queries.get(self.request.user, self.kwargs["key"])

    def named(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return a body with the owner as a person."""
        if "owner" not in data:
            return dict(data)
        owner = User.objects.visible_to(self.actor).filter(ref=data["owner"]).first()
        if owner is None:
            raise Invalid(f"There is no person {data['owner']}.", fields={"owner": ["Use the reference from /people."]})
        return {**data, "owner": owner}

    @creates(RoomInput)
    def create(self, data: dict[str, Any]) -> Room:
        """Make a room."""
        return actions.make(actor=self.actor, **self.named(data))

    @updates(RoomChange)
    def partial_update(self, room: Room, data: dict[str, Any], expected_version: int | None) -> Room:
        """Change a room."""
        return actions.edit(room, actor=self.actor, changes=self.named(data), expected_version=expected_version)

    @acts("closure", ReasonInput)
    def close(self, room: Room, data: dict[str, Any], expected_version: int | None) -> Room:
        """Close a room for good: no link opens it any more."""
        return actions.close(room, actor=self.actor, reason=data.get("reason", ""), expected_version=expected_version)

    @reads("items", output=RoomItemOutput, many=True)
    def items(self, room: Room) -> Any:
        """What lies in a room."""
        return queries.items(room)

    @acts("contents", RoomItemInput, output=RoomItemOutput, status=201, if_match="none")
    def put(self, room: Room, data: dict[str, Any], expected_version: int | None) -> RoomItem:
        """Put something into a room, frozen as it is now."""
        key = data.get("key", "")
        if data["kind"] == RoomItem.Kind.PACK:
            pack = queries.pack(self.actor, key)
            return actions.put_pack(room, actor=self.actor, pack=pack, with_zip=data.get("with_zip", True))
        if data["kind"] == RoomItem.Kind.DOCUMENT:
            return actions.put_document(room, actor=self.actor, code=key)
        if not data.get("source"):
            raise Invalid("Say which answers.", fields={"source": ["This is needed."]})
        return actions.put_answers(room, actor=self.actor, source=data["source"], key=key)

    @acts("renewal", ItemInput, output=RoomItemOutput, if_match="none")
    def renew(self, room: Room, data: dict[str, Any], expected_version: int | None) -> RoomItem:
        """Answer again as things stand now."""
        return actions.renew(queries.item(room, data["item"]), actor=self.actor)

    @acts("removal", ItemInput, if_match="none")
    def take_out(self, room: Room, data: dict[str, Any], expected_version: int | None) -> Room:
        """Take something out of a room, at once for every viewer."""
        actions.take_out(queries.item(room, data["item"]), actor=self.actor, reason=data.get("reason", ""))
        return self.get_object()

    @acts("links", RoomLinkInput, output=IssuedLinkOutput, status=201, if_match="none", secret=True)
    def let_in(self, room: Room, data: dict[str, Any], expected_version: int | None) -> Any:
        """Let one viewer in. The address is answered this once."""
        issued = actions.make_link(room, actor=self.actor, **data)
        return {"link": issued.link, "address": self.request.build_absolute_uri(address_of(issued.secret))}

    @lists("visits", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def visits(self, room: Room) -> Any:
        """Who came into a room, and what they took: the ledger's entries."""
        return queries.visits(room)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, room: Room) -> Any:
        """What happened to a room."""
        return entries_for(room)


class RoomLinkApi(ActionViewSet):
    """Links of buyer's rooms, each for one viewer."""

    model = RoomLink
    serializer_class = RoomLinkOutput
    ordering_fields = {"key": "pk", "expires_at": "expires_at"}
    ordering = "-key"
    lookup_field = "key"
    required_scopes = {"read": ("rooms:read",), "write": ("rooms:write",)}

    def get_queryset(self) -> QuerySet[RoomLink]:
        """Return the links of the rooms that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return RoomLink.objects.none()
        seen = queries.visible_to(self.request.user).values("pk")
        return RoomLink.objects.filter(room__in=seen).select_related("made_by", "room")

    def get_object(self) -> RoomLink:
        """Return the link of the address (BL-4)."""
        return queries.link(self.request.user, self.kwargs["key"])

    @acts("revocation", ReasonInput)
    def revoke(self, link: RoomLink, data: dict[str, Any], expected_version: int | None) -> RoomLink:
        """Close a link for good, at once."""
        return actions.revoke_link(link, actor=self.actor, reason=data.get("reason", ""), expected_version=expected_version)
