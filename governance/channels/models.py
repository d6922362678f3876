"""Channels, and the outbox of what goes through them."""

import secrets

from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.core import clock
from governance.core.text import NameField
from governance.ledger.models import Versioned, actor_history
from governance.people.models import Team, User
from governance.people.rows import InternalRows


def new_uid() -> str:
    """Return a new name for a message, the same at every attempt to deliver it."""
    return f"msg_{secrets.token_hex(12)}"


class Channel(Versioned):
    """One way to reach people or programs outside Plumbline.

    `address` is what may be shown: a mail address, a webhook's URL, of Slack and Teams the host only, because whoever knows
    their whole URL may post. What must not be shown lies sealed in `sealed` (governance.core.sealing) and in no history:
    the whole URL of Slack and Teams, the routing key of PagerDuty, the signing secret of a webhook. `last_ok_at` and
    `last_error` say how the newest delivery went; they are no governed state.
    """

    class Kind(models.TextChoices):
        """How a channel is spoken to."""

        EMAIL = "email", "E-mail"
        SLACK = "slack", "Slack"
        TEAMS = "teams", "Microsoft Teams"
        PAGERDUTY = "pagerduty", "PagerDuty"
        WEBHOOK = "webhook", "Signed webhook"

    class State(models.TextChoices):
        """Whether messages go out."""

        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"
        RETIRED = "retired", "Retired"

    name = NameField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    address = NameField(max_length=500)
    sealed = models.TextField(blank=True, editable=False)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="channels")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    last_ok_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_error = models.CharField(max_length=400, blank=True, editable=False)

    history = actor_history(excluded_fields=["sealed", "last_ok_at", "last_error"])

    objects = InternalRows.as_manager()

    class Meta:
        app_label = "governance"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=~Q(state="retired"),
                name="channel_name_once",
                violation_error_message="There is a channel of this name already.",
            ),
            models.CheckConstraint(
                condition=Q(kind="email") | ~Q(sealed=""),
                name="channel_has_its_secret",
                violation_error_message="This kind of channel needs its secret: a URL, a routing key or a signing secret.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("channel", args=[self.key])

    @property
    def key(self) -> str:
        """CH-3."""
        return f"CH-{self.pk}" if self.pk else ""


class Delivery(models.Model):
    """One message on its way to one channel, or by mail to one person: an outbox row, no governed record.

    `queued` was never tried, `failed` is tried again at `next_at`, `dead` was given up and waits to be replayed. While an
    attempt runs `next_at` lies ahead, so that a killed worker's message is found again. `key` says which telling this is,
    so that none is written twice; `uid` names the message to its receiver, the same at every attempt.
    """

    class State(models.TextChoices):
        """Where the message is."""

        QUEUED = "queued", "Waiting"
        SENT = "sent", "Delivered"
        FAILED = "failed", "Trying again"
        DEAD = "dead", "Given up"

    channel = models.ForeignKey(Channel, null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries")
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries")
    kind = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    message = models.JSONField()
    dedup_key = models.CharField(max_length=200, unique=True)
    uid = models.CharField(max_length=40, unique=True, default=new_uid, editable=False)
    state = models.CharField(max_length=6, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    response = models.CharField(max_length=2000, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "governance"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "next_at"], name="delivery_due"),
            models.Index(fields=["channel", "-id"], name="delivery_of_channel"),
            models.Index(fields=["subject_type", "subject_id", "-id"], name="delivery_about"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__isnull=False, person__isnull=True) | Q(channel__isnull=True, person__isnull=False),
                name="delivery_to_one",
                violation_error_message="A message goes to one channel or to one person.",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="sent_delivery_has_moment",
                violation_error_message="A delivered message carries when it was delivered, and no other does.",
            ),
        ]

    def __str__(self) -> str:
        return self.title_line

    @property
    def title_line(self) -> str:
        """What it says in one line."""
        return str(self.message.get("title") or self.dedup_key)

    @property
    def key(self) -> str:
        """DV-12."""
        return f"DV-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("delivery", args=[self.key])
