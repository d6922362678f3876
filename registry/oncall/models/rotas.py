"""Rotas: layers of people who take turns, overrides, and the calendars that show them."""

from datetime import time

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from governance.core.text import NameField, ProseField
from governance.ledger import journal
from governance.ledger.models import Governed, Versioned, actor_history
from governance.people.rows import InternalRows

LONGEST_TURN = {"hours": 168, "daily": 28, "weekly": 12}  # what `every` may be, by rotation
NINE = time(9, 0)


class Rota(Governed):
    """Who is called, turn by turn, in one time zone: the highest layer that covers a moment answers for it."""

    class State(models.TextChoices):
        """Whether anybody is called by it."""

        ACTIVE = "active", "Active"
        RETIRED = "retired", "Retired"

    key = models.SlugField(max_length=60, unique=True)
    name = NameField(max_length=200)
    team = models.ForeignKey("governance.Team", on_delete=models.PROTECT, related_name="rotas")
    time_zone = models.CharField(max_length=60, default="UTC")
    state = models.CharField(max_length=7, choices=State.choices, default=State.ACTIVE)

    objects = InternalRows.as_manager()

    class Meta:
        app_label = "registry"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(state="active"),
                name="rota_name_once",
                violation_error_message="There is a rota of this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("rota", args=[self.key])


class RotaLayer(Governed):
    """People who take turns in a rota from a day on; the layer with the highest order wins where several cover a moment.

    A turn lasts `every` hours, days or weeks by the rota's wall clock, from `handover` on `starts_on`. `restriction` is
    empty (always), or {"weekdays": [0..6, Monday is 0], "from": "18:00", "to": "08:00"}: a window begins on these days
    and may end on the next; the same hour twice is a whole day.
    """

    class Rotation(models.TextChoices):
        """In what turns are counted."""

        DAILY = "daily", "Days"
        WEEKLY = "weekly", "Weeks"
        HOURS = "hours", "Hours"

    rota = models.ForeignKey(Rota, on_delete=models.PROTECT, related_name="layers")
    order = models.PositiveSmallIntegerField(default=1)
    name = NameField(max_length=100)
    rotation = models.CharField(max_length=6, choices=Rotation.choices, default=Rotation.WEEKLY)
    every = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    handover = models.TimeField(default=NINE)
    starts_on = models.DateField()
    restriction = models.JSONField(default=dict, blank=True)

    class Meta:
        app_label = "registry"
        ordering = ["rota", "-order"]
        constraints = [
            models.UniqueConstraint(
                fields=["rota", "order"],
                name="one_layer_at_a_height",
                violation_error_message="Another layer of this rota stands at this height. Choose another.",
            ),
            models.CheckConstraint(
                condition=Q(every__gte=1),
                name="layer_turns",
                violation_error_message="A turn lasts one hour, day or week at least.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse turns that are longer than people stay awake to, and hand over to."""
        longest = LONGEST_TURN.get(self.rotation)
        if longest is not None and self.every > longest:
            said = f"At most {longest} {self.get_rotation_display().lower()}."
            raise ValidationError({"every": [said]})


class LayerPerson(Governed):
    """Somebody's place in the turns of a layer; the one with the lowest order begins."""

    layer = models.ForeignKey(RotaLayer, on_delete=models.CASCADE, related_name="people")
    order = models.PositiveSmallIntegerField()
    person = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="rota_places")

    class Meta:
        app_label = "registry"
        ordering = ["layer", "order"]
        constraints = [models.UniqueConstraint(fields=["layer", "order"], name="one_person_in_a_place")]

    def __str__(self) -> str:
        return f"{self.person} in {self.layer}"


class RotaOverride(Governed):
    """One person is called from one moment to another instead of whoever has the turn; none overlap within a rota."""

    rota = models.ForeignKey(Rota, on_delete=models.PROTECT, related_name="overrides")
    person = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="rota_overrides")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = ProseField(max_length=1000, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "registry"
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["rota", "ends_at"], name="override_of_rota")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="override_ends_after_start",
                violation_error_message="The override ends before it starts.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.rota}"

    @property
    def key(self) -> str:
        """The rota's key: whose activity this belongs to."""
        return self.rota.key

    def ledger_within(self) -> list[tuple[str, str]]:
        """The team of its rota."""
        return journal.enclosing(self.rota)


class CalendarFeed(Versioned):
    """A secret address at which a calendar program reads the shifts of one rota or person, or one person's whole calendar.

    Only the hash of the secret is kept. It opens nothing else, and is dead once revoked or once its owner has left.
    """

    class Shows(models.TextChoices):
        """What is read there."""

        SHIFTS = "shifts", "Shifts"
        CALENDAR = "calendar", "The calendar"

    shows = models.CharField(max_length=8, choices=Shows.choices, default=Shows.SHIFTS, db_default=Shows.SHIFTS)
    rota = models.ForeignKey(Rota, null=True, blank=True, on_delete=models.PROTECT, related_name="feeds")
    person = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="calendar_feeds")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    history = actor_history(excluded_fields=["digest"])

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rota__isnull=False, person__isnull=True) | Q(rota__isnull=True, person__isnull=False),
                name="calendar_feed_of_one",
                violation_error_message="A feed shows one rota or one person.",
            ),
            models.CheckConstraint(
                condition=Q(shows="shifts") | Q(rota__isnull=True),
                name="calendar_feed_of_a_person",
                violation_error_message="A calendar is one person's.",
            ),
        ]

    def __str__(self) -> str:
        return f"calendar of {self.rota or self.person}"

    @property
    def key(self) -> str:
        """CF-3."""
        return f"CF-{self.pk}" if self.pk else ""
