"""Spend limits, and the marks that they passed. A limit holds for calendar months (UTC) in the company's currency."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import protect
from governance.ledger.models import Governed
from governance.ledger.rows import AppendOnly
from registry.catalog.models import Vendor
from registry.surfaces.models import Mode, Surface
from registry.usage.prices import CURRENCY


class Scope(models.TextChoices):
    """What a limit holds for."""

    COMPANY = "company", "The company"
    SURFACE = "surface", "A surface"
    TEAM = "team", "A team"
    VENDOR = "vendor", "A vendor"
    FEATURE = "feature", "A feature"


class AtHard(models.TextChoices):
    """What happens when the hard limit is reached."""

    TELL = "tell", "Tell the owner"
    REFUSE = "refuse", "Refuse further calls"
    LOWER = "lower", "Lower the mode"


def _blank_but(kind: str) -> Q:
    """The condition that a limit names what it holds for, and nothing else."""
    names = {each: Q(**{f"{each}__isnull": each != kind}) for each in ("surface", "team", "vendor")}
    feature = ~Q(feature="") if kind == "feature" else Q(feature="")
    return Q(scope=kind) & names["surface"] & names["team"] & names["vendor"] & feature


class SpendLimit(Governed):
    """How much may be spent on something in a calendar month: a soft limit that warns, a hard one that is answered.

    At the hard limit its owner is told; with `refuse` gateways that ask are refused until the month ends or the limit is
    raised, with `lower` the mode of the surface is lowered to `lower_to` (and raised again only by approval). Where no
    gateway asks, refusing is an answer that nobody hears: the surface's observations then tell.
    """

    class State(models.TextChoices):
        """Whether it holds."""

        ACTIVE = "active", "Holds"
        ENDED = "ended", "Ended"

    ledger_encloses = False
    scope = models.CharField("for", max_length=8, choices=Scope.choices)
    surface = models.ForeignKey(Surface, null=True, blank=True, on_delete=models.PROTECT, related_name="spend_limits")
    team = models.ForeignKey("governance.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="spend_limits")
    vendor = models.ForeignKey(Vendor, null=True, blank=True, on_delete=models.PROTECT, related_name="spend_limits")
    feature = NameField(max_length=300, blank=True)
    soft = models.DecimalField("soft limit", max_digits=14, decimal_places=2, validators=[MinValueValidator(0)])
    hard = models.DecimalField("hard limit", max_digits=14, decimal_places=2, validators=[MinValueValidator(0)])
    currency = models.CharField(max_length=3, validators=[CURRENCY])
    owner = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="spend_limits")
    at_hard = models.CharField("at the hard limit", max_length=6, choices=AtHard.choices, default=AtHard.TELL)
    lower_to = models.CharField(max_length=14, choices=Mode.choices, blank=True)
    starts_on = models.DateField("from", help_text="What was spent before counts towards its month, too.")
    notes = ProseField(max_length=4000, blank=True)
    state = models.CharField(max_length=6, choices=State.choices, default=State.ACTIVE)
    passed_month = models.DateField(null=True, blank=True, help_text="The month in which its hard limit was last reached.")

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "passed_month"], name="spend_limit_passed")]
        constraints = [
            models.CheckConstraint(
                condition=_blank_but("company")
                | _blank_but("surface")
                | _blank_but("team")
                | _blank_but("vendor")
                | _blank_but("feature"),
                name="spend_limit_for_one",
                violation_error_message="A limit holds for the company, or for one surface, team, vendor or feature.",
            ),
            models.CheckConstraint(
                condition=Q(hard__gt=0, soft__gte=0, soft__lte=F("hard")),
                name="spend_limit_soft_first",
                violation_error_message="The soft limit warns before the hard one is reached.",
            ),
            models.CheckConstraint(
                condition=(Q(at_hard="lower", scope="surface") & ~Q(lower_to="") & ~Q(lower_to="normal"))
                | (~Q(at_hard="lower") & Q(lower_to="")),
                name="spend_limit_lowers_a_surface",
                violation_error_message="Only a surface's mode can be lowered, and below normal.",
            ),
            models.UniqueConstraint(
                fields=["surface"],
                condition=Q(state="active", scope="surface"),
                name="spend_limit_surface_once",
                violation_error_message="This surface has a limit. Change that one.",
            ),
            models.UniqueConstraint(
                fields=["team"],
                condition=Q(state="active", scope="team"),
                name="spend_limit_team_once",
                violation_error_message="This team has a limit. Change that one.",
            ),
            models.UniqueConstraint(
                fields=["vendor"],
                condition=Q(state="active", scope="vendor"),
                name="spend_limit_vendor_once",
                violation_error_message="This vendor has a limit. Change that one.",
            ),
            models.UniqueConstraint(
                fields=["feature"],
                condition=Q(state="active", scope="feature"),
                name="spend_limit_feature_once",
                violation_error_message="This feature has a limit. Change that one.",
            ),
            models.UniqueConstraint(
                fields=["scope"],
                condition=Q(state="active", scope="company"),
                name="spend_limit_company_once",
                violation_error_message="The company has a limit. Change that one.",
            ),
        ]

    def __str__(self) -> str:
        return f"spend limit of {self.what}"

    @property
    def key(self) -> str:
        """SL-3."""
        return f"SL-{self.pk}" if self.pk else ""

    @property
    def what(self) -> str:
        """What it holds for, in words."""
        named: Any = {"surface": self.surface, "team": self.team, "vendor": self.vendor, "feature": self.feature}.get(self.scope)
        return str(named) if named else "the company"

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("spend-limit", args=[self.key])


@protect
class SpendMark(AppendOnly):
    """In a month, a limit's spend passed a share of its hard limit; or the hard limit itself (100), with what was done.

    `spent` is what was spent by then, in billionths. A mark is passed once in a month for an amount: a limit that is raised
    can be passed again.
    """

    limit = models.ForeignKey(SpendLimit, on_delete=models.PROTECT, related_name="marks")
    month = models.DateField()
    percent = models.PositiveSmallIntegerField()
    is_soft = models.BooleanField(default=False)
    hard = models.DecimalField(max_digits=14, decimal_places=2)
    spent = models.BigIntegerField()
    did = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["limit", "month", "percent", "is_soft", "hard"], name="spend_mark_once"),
        ]

    def __str__(self) -> str:
        return f"{self.percent} % of {self.limit} in {self.month:%B %Y}"

    @property
    def key(self) -> str:
        """SP-3."""
        return f"SP-{self.pk}" if self.pk else ""


@protect
class Repricing(AppendOnly):
    """Calls of a period were priced anew, because a price or an exchange rate changed: how many, and by how much.

    `before` and `after` are the sums of their costs in billionths; `left` had no price and keep what they had.
    """

    start = models.DateField()
    end = models.DateField(help_text="The last day of the period.")
    what = models.CharField(max_length=300)
    calls = models.BigIntegerField()
    changed = models.BigIntegerField()
    left = models.BigIntegerField()
    before = models.DecimalField(max_digits=30, decimal_places=0)
    after = models.DecimalField(max_digits=30, decimal_places=0)
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"priced anew from {self.start} to {self.end}"

    @property
    def key(self) -> str:
        """RP-3."""
        return f"RP-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return the list of periods that were priced anew."""
        return reverse("repricings")


@protect
class Chargeback(AppendOnly):
    """What a month cost whom, as it was known when it was made: lines by team and surface, to the cent, unowned first.

    `lines` add up to `total`; `digest` is SHA-256 over month, currency and lines as canonical JSON. Calls that come in late,
    and prices that change, make another one; the earlier stays.
    """

    month = models.DateField()
    number = models.PositiveIntegerField(help_text="The how-manieth of its month.")
    lines = models.JSONField()
    total = models.DecimalField(max_digits=18, decimal_places=2)
    unpriced = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        app_label = "registry"
        ordering = ["-month", "-number"]
        constraints = [models.UniqueConstraint(fields=["month", "number"], name="chargeback_number_once")]

    def __str__(self) -> str:
        return f"chargeback of {self.month:%B %Y}"

    @property
    def key(self) -> str:
        """CB-3."""
        return f"CB-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("chargeback", args=[self.key])
