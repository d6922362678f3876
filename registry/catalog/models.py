"""Vendors, endpoints, tools and data rules."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.core.text import NameField, ProseField
from governance.ledger import journal
from governance.ledger.appendonly import guard
from governance.ledger.models import Governed
from governance.people.rows import is_insider
from registry.catalog import secrets

TOOL_KEY = RegexValidator(
    r"^[A-Za-z0-9](?:[A-Za-z0-9_.:-]{0,98}[A-Za-z0-9])?$", "Letters, digits, dots, colons, - and _, such as mail.send."
)


class CatalogRows(models.QuerySet[Any]):
    """The catalogue is the company's own: everybody inside reads it, guests do not."""

    def visible_to(self, user: Any) -> "CatalogRows":
        """Return what the reader may see."""
        return self if is_insider(user) else self.none()


def refuse_secrets(row: models.Model, references: tuple[str, ...] = ()) -> None:
    """Refuse text that is a key or password; `references` are fields that name one and so are looked at more strictly.

    Raises ValidationError that never repeats the secret.
    """
    texts = [f.name for f in row._meta.concrete_fields if isinstance(f, models.CharField | models.TextField)]
    found = {name: secrets.found_in(str(getattr(row, name) or ""), strict=name in references) for name in texts}
    errors = {name: [f"{what} {secrets.FIX}"] for name, what in found.items() if what}
    if errors:
        raise ValidationError(errors)


class CatalogState(models.TextChoices):
    """Whether a catalogue item may be used."""

    PROPOSED = "proposed", "Proposed"
    APPROVED = "approved", "Approved"
    SUSPENDED = "suspended", "Suspended"
    RETIRED = "retired", "Retired"


class Vendor(Governed):
    """A company whose models or tools we use, under terms that somebody reviews."""

    ledger_encloses = True
    key = models.SlugField(max_length=60, unique=True)
    name = NameField(max_length=200, unique=True)
    website = models.URLField(max_length=400, blank=True)
    owner = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="vendors")
    state = models.CharField(max_length=10, choices=CatalogState.choices, default=CatalogState.PROPOSED)
    reviewed_on = models.DateField(null=True, blank=True)
    review_on = models.DateField("next review", null=True, blank=True)
    exit_plan = ProseField("what we would do tomorrow", max_length=4000, blank=True)
    exit_drilled_on = models.DateField(null=True, blank=True)
    notes = ProseField(blank=True)

    objects = CatalogRows.as_manager()

    class Meta:
        app_label = "registry"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("vendor", args=[self.key])

    def clean(self) -> None:
        """Refuse secrets wherever they are typed."""
        refuse_secrets(self)


class VendorTerm(Governed):
    """What one vendor's terms say on one topic, where it is written, and when somebody last looked."""

    class Topic(models.TextChoices):
        """The vendor terms to know."""

        RETENTION = "retention", "Retention"
        TRAINING = "training", "Training on our data"
        SUBPROCESSORS = "subprocessors", "Sub-processors"
        REGIONS = "regions", "Regions"
        SUPPORT = "support", "Support and uptime"
        NOTICE = "notice", "Notice of changes and deprecations"
        INDEMNITY = "indemnity", "Indemnity and IP"
        LOGGING = "logging", "Logging and export"
        CERTIFICATIONS = "certifications", "Certifications"
        EXIT = "exit", "Exit"

    vendor = models.ForeignKey(Vendor, on_delete=models.CASCADE, related_name="terms")
    topic = models.CharField(max_length=20, choices=Topic.choices)
    says = ProseField(max_length=4000)
    source = models.URLField(max_length=600, blank=True)
    checked_on = models.DateField(null=True, blank=True)

    class Meta:
        app_label = "registry"
        ordering = ["vendor", "topic"]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "topic"], name="one_term", violation_error_message="This topic is already there."
            )
        ]

    def __str__(self) -> str:
        return f"{self.vendor}: {self.get_topic_display()}"

    def clean(self) -> None:
        """Refuse secrets wherever they are typed."""
        refuse_secrets(self)

    @property
    def key(self) -> str:
        """The vendor's key."""
        return self.vendor.key


class Endpoint(Governed):
    """One model, under one vendor's terms, in one region and account."""

    key = models.SlugField(max_length=100, unique=True)
    name = NameField(max_length=200)
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="endpoints")
    model = NameField("model as the vendor calls it", max_length=200)
    region = NameField(max_length=100, blank=True)
    owner = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="endpoints")
    state = models.CharField(max_length=10, choices=CatalogState.choices, default=CatalogState.PROPOSED)
    account_ref = NameField("account", max_length=200, blank=True, help_text="A name, never a secret.")
    key_ref = NameField("where its key is kept", max_length=300, blank=True, help_text="A vault reference, never the key.")
    key_rotates_on = models.DateField(null=True, blank=True)
    who_may_use = ProseField(max_length=2000, blank=True)
    price_source = NameField(max_length=200, blank=True)
    input_price = models.DecimalField("input price per million tokens", max_digits=12, decimal_places=4, null=True, blank=True)
    output_price = models.DecimalField("output price per million tokens", max_digits=12, decimal_places=4, null=True, blank=True)
    currency = models.CharField(
        max_length=3, default="USD", validators=[RegexValidator("^[A-Z]{3}$", "Three capital letters, such as EUR.")]
    )
    deprecates_on = models.DateField(null=True, blank=True)
    notes = ProseField(blank=True)

    objects = CatalogRows.as_manager()

    class Meta:
        app_label = "registry"
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(input_price__isnull=True) | Q(input_price__gte=0))
                & (Q(output_price__isnull=True) | Q(output_price__gte=0)),
                name="price_not_negative",
                violation_error_message="A price cannot be negative.",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.key

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("endpoint", args=[self.key])

    def clean(self) -> None:
        """Refuse secrets wherever they are typed."""
        refuse_secrets(self, ("account_ref", "key_ref"))


class Tool(Governed):
    """Something that a model may call, with what it can do to the world."""

    class Effect(models.TextChoices):
        """What a call can do."""

        READ = "read", "Reads"
        WRITE = "write", "Writes"
        IRREVERSIBLE = "irreversible", "Cannot be undone"

    key = models.CharField(max_length=100, unique=True, validators=[TOOL_KEY])
    name = NameField(max_length=200)
    description = ProseField(max_length=4000, blank=True)
    effect = models.CharField(max_length=12, choices=Effect.choices)
    owner = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="tools")
    vendor = models.ForeignKey(Vendor, null=True, blank=True, on_delete=models.PROTECT, related_name="tools")
    state = models.CharField(max_length=10, choices=CatalogState.choices, default=CatalogState.PROPOSED)
    limits = ProseField(max_length=2000, blank=True)

    objects = CatalogRows.as_manager()

    class Meta:
        app_label = "registry"
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name or self.key

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("tool", args=[self.key])

    def clean(self) -> None:
        """Refuse secrets wherever they are typed."""
        refuse_secrets(self)


class DataRule(Governed):
    """Whether a class of data may go to an endpoint: allowed, only redacted, or never."""

    class Rule(models.TextChoices):
        """What holds."""

        ALLOWED = "allowed", "Allowed"
        REDACTED = "redacted", "Only redacted"
        NEVER = "never", "Never"

    data_class = models.ForeignKey("governance.DataClass", on_delete=models.PROTECT, related_name="rules")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="data_rules")
    rule = models.CharField(max_length=10, choices=Rule.choices)
    reason = ProseField(max_length=2000, blank=True)

    objects = CatalogRows.as_manager()

    class Meta:
        app_label = "registry"
        ordering = ["endpoint", "data_class"]
        constraints = [
            models.UniqueConstraint(
                fields=["data_class", "endpoint"], name="one_rule", violation_error_message="There is already a rule."
            )
        ]

    def __str__(self) -> str:
        return f"{self.data_class} to {self.endpoint}: {self.get_rule_display()}"

    def ledger_within(self) -> list[tuple[str, str]]:
        """The vendor of its endpoint."""
        return journal.enclosing(self.endpoint)

    @property
    def key(self) -> str:
        """Data class and endpoint."""
        return f"{self.data_class.key} to {self.endpoint.key}"


for _model in (Vendor, Endpoint, Tool):
    _kind = _model.__name__.lower()
    guard(
        f"{_kind}_approved_by_request",
        _model,
        "UPDATE",
        "NEW.state = 'approved' AND OLD.state <> 'approved'"  # noqa: S608 - three fixed words
        f" AND EXISTS (SELECT 1 FROM governance_approvalroute r WHERE r.subject = '{_kind}')"
        " AND NOT EXISTS (SELECT 1 FROM governance_approvalrequest a"
        f" WHERE a.subject_kind = '{_kind}' AND a.subject_id = CAST(NEW.id AS VARCHAR(40)) AND a.state = 'approved')",
        f"a {_kind} is approved by a request where policy names who approves it",
    )
