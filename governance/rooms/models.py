"""Rooms, what lies in them, and the links that open them."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import guard
from governance.ledger.models import Governed, Versioned, actor_history
from governance.people.models import User


class Room(Governed):
    """A chosen set of proof for one buyer, opened by links; the one of kind `public` stands on the public page."""

    class Kind(models.TextChoices):
        """Who comes in."""

        INVITED = "invited", "By link"
        PUBLIC = "public", "Everybody"

    class State(models.TextChoices):
        """Whether any of its links opens it."""

        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    title = NameField(max_length=200)
    audience = NameField("for whom", max_length=200, blank=True)
    welcome = ProseField(max_length=4000, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.INVITED)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="rooms_owned")
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    ended_because = ProseField("why it was closed", max_length=2000, blank=True)

    class Meta:
        app_label = "governance"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="room_has_title"),
            models.CheckConstraint(
                condition=~Q(state="closed") | ~Q(ended_because=""),
                name="room_closed_with_reason",
                violation_error_message="Say why it is closed.",
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(kind="public", state="open"),
                name="one_public_room",
                violation_error_message="There is already a room for the public page.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """BR-2."""
        return f"BR-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("room", args=[self.key])


class RoomItem(Governed):
    """One thing that lies in a room, as it was when it was put there.

    A pack or document is named by `subject_id` and held by the hash of its file (`digest`). An answer is held in `content`,
    plain data whose SHA-256 over canonical JSON is `digest`. `ledger_seq` is the newest entry at that moment. `with_zip` says
    that a pack's ZIP may be taken beside its pages: it can be checked offline, and carries no viewer's mark.
    """

    class Kind(models.TextChoices):
        """What it is."""

        PACK = "pack", "Audit pack"
        DOCUMENT = "document", "Document"
        ANSWER = "answer", "Answers"

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    source = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40, blank=True)
    subject_key = models.CharField(max_length=120, blank=True)
    title = NameField()
    content = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=64)
    as_of = models.DateTimeField()
    ledger_seq = models.PositiveBigIntegerField(default=0)
    with_zip = models.BooleanField(default=True)

    class Meta:
        app_label = "governance"
        ordering = ["kind", "title", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["room", "source", "subject_id"],
                name="room_item_once",
                violation_error_message="It lies in this room already.",
            ),
            models.CheckConstraint(condition=~Q(digest=""), name="room_item_has_digest"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """The room's key: whose activity this belongs to."""
        return f"BR-{self.room_id}"


class RoomLink(Versioned):
    """An address that lets one viewer into one room until a moment, with a password where one was set.

    Of its secret only the SHA-256 is kept, of the password a slow hash; both, and who the viewer is, are in no history.
    """

    class State(models.TextChoices):
        """Whether it still opens the room; a moment that has passed closes it as well."""

        ACTIVE = "active", "Open"
        REVOKED = "revoked", "Revoked"

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="links")
    viewer_name = NameField(max_length=200)
    viewer_email = models.EmailField("viewer's e-mail address", max_length=254)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    password = models.CharField(max_length=200, blank=True, editable=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    expires_at = models.DateTimeField()
    ended_because = ProseField("why it was revoked", max_length=2000, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="room_links")

    history = actor_history(excluded_fields=["viewer_name", "viewer_email", "token_digest", "password"])

    class Meta:
        app_label = "governance"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["room", "state", "expires_at"], name="room_link_open")]
        constraints = [
            models.CheckConstraint(condition=~Q(token_digest=""), name="room_link_has_secret"),
            models.CheckConstraint(
                condition=~Q(state="revoked") | ~Q(ended_because=""),
                name="room_link_revoked_with_reason",
                violation_error_message="Say why it is revoked.",
            ),
        ]

    def __str__(self) -> str:
        return f"link {self.key}"

    @property
    def key(self) -> str:
        """BL-4."""
        return f"BL-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return where it is kept: its room's links."""
        return reverse("room-links", args=[f"BR-{self.room_id}"])


guard(
    "room_link_stays_revoked",
    RoomLink,
    "UPDATE",
    "OLD.state = 'revoked' AND (NEW.state <> OLD.state OR NEW.expires_at <> OLD.expires_at)",
    "a link that was revoked never opens again; make a new one",
)
guard(
    "room_stays_closed",
    Room,
    "UPDATE",
    "OLD.state = 'closed' AND NEW.state <> OLD.state",
    "a room that was closed never opens again; make a new one",
)
guard(
    "room_link_is_of_one_room",
    RoomLink,
    "UPDATE",
    "NEW.room_id <> OLD.room_id OR NEW.token_digest <> OLD.token_digest",
    "a link opens one room by one secret for as long as it lives; make a new one",
)
