"""Assets, their versions, and the revisions that name them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Length
from django.db.models.lookups import Exact
from django.urls import reverse

from governance.core import digest
from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import guard, protect
from governance.ledger.models import Governed
from governance.ledger.rows import AppendOnly
from registry.surfaces.models import Revision, Surface

HEX = RegexValidator(r"^[0-9a-f]{64}\Z", "64 digits of a SHA-256, 0 to 9 and a to f.")
COMMIT = RegexValidator(r"^[0-9a-f]{7,64}\Z", "7 to 64 digits of a commit, 0 to 9 and a to f.")


class Asset(Governed):
    """A prompt, a retrieval source, a surface's routes or a tool: what contracts name by its key and approve by version."""

    class Kind(models.TextChoices):
        """What it is."""

        PROMPT = "prompt", "Prompt"
        RETRIEVAL = "retrieval", "Retrieval source"
        ROUTE = "route", "Routes"
        TOOL = "tool", "Tool"

    class State(models.TextChoices):
        """Whether it may still get versions."""

        ACTIVE = "active", "In use"
        RETIRED = "retired", "Retired"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    contract_key = NameField("key in contracts", max_length=200)
    name = NameField()
    description = ProseField(max_length=4000, blank=True)
    surface = models.ForeignKey(Surface, null=True, blank=True, on_delete=models.PROTECT, related_name="own_assets")
    tool = models.OneToOneField("registry.Tool", null=True, blank=True, on_delete=models.PROTECT, related_name="asset")
    team = models.ForeignKey("governance.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="assets")
    owner = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="assets")
    newest = models.ForeignKey("registry.AssetVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)

    class Meta:
        app_label = "registry"
        ordering = ["kind", "contract_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                "kind",
                "contract_key",
                Coalesce("surface", 0),
                name="one_asset",
                violation_error_message="There is already one of this kind and key. Give it a version instead.",
            ),
            models.CheckConstraint(condition=Q(kind="tool") | Q(tool__isnull=True), name="asset_tool"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """A-12; also its address."""
        return f"A-{self.pk}" if self.pk else ""

    @property
    def is_shared(self) -> bool:
        """Whether every surface's contract that names the key means this one."""
        return self.surface_id is None

    @property
    def ledger_touches(self) -> tuple[Surface, ...]:
        """What an entry about this asset also touches."""
        return (self.surface,) if self.surface is not None else ()

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("asset", args=[self.key])


@protect
class AssetVersion(AppendOnly):
    """One version of an asset, for good: its label, who made it and why, its hash, and the words or where they live."""

    class DigestOf(models.TextChoices):
        """What the hash is taken over."""

        WORDS = "words", "the words held here"
        GIVEN = "given", "given with the commit"
        PLACE = "place", "repository, path and commit"
        FACTS = "facts", "what it says"

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    label = NameField("version", max_length=240)
    author = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="+")
    reason = ProseField(max_length=4000, blank=True)
    digest = models.CharField(max_length=64, validators=[HEX], db_index=True)
    digest_of = models.CharField(max_length=5, choices=DigestOf.choices)
    text = ProseField(max_length=60_000, blank=True)
    repository = NameField(blank=True)
    path = NameField(blank=True)
    commit = models.CharField(max_length=64, blank=True, validators=[COMMIT])
    link = models.URLField(max_length=600, blank=True)
    snapshot = NameField(blank=True)
    documents = ProseField(max_length=2000, blank=True)
    access = ProseField("access scope", max_length=2000, blank=True)
    facts = models.JSONField(default=list, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        app_label = "registry"
        ordering = ["asset", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "number"],
                name="asset_version_number_once",
                violation_error_message="Somebody else recorded a version at the same moment. Try again.",
            ),
            models.UniqueConstraint(
                fields=["asset", "label"],
                name="asset_version_label_once",
                violation_error_message="This version is known already. Give the new one another label.",
            ),
            models.CheckConstraint(condition=Exact(Length("digest"), 64), name="asset_version_digest"),
            models.CheckConstraint(
                condition=~Q(digest_of="place") | (~Q(repository="") & ~Q(commit="")),
                name="asset_version_place",
                violation_error_message="Name the repository and the commit, or give the words or their hash.",
            ),
            models.CheckConstraint(condition=~Q(digest_of="words") | ~Q(text=""), name="asset_version_words"),
        ]

    def __str__(self) -> str:
        return f"{self.asset} {self.label}"

    @property
    def key(self) -> str:
        """A-12 v3."""
        return f"A-{self.asset_id} v{self.number}"

    def is_sound(self) -> bool:
        """Whether the hash is that of what is held; what lives in a repository only cannot be checked here."""
        return self.digest_of == self.DigestOf.GIVEN or self.digest == self.computed()

    def computed(self) -> str:
        """Return the SHA-256 of what is held: of the words as UTF-8, else of the canonical JSON (RFC 8785) of the rest."""
        if self.digest_of == self.DigestOf.WORDS:
            return digest.sha256(self.text.encode())
        if self.digest_of == self.DigestOf.PLACE:
            return digest.digest({"repository": self.repository, "path": self.path, "commit": self.commit})
        told: Any = {"snapshot": self.snapshot, "documents": self.documents, "access": self.access, "facts": self.facts}
        return digest.digest(told)

    def clean(self) -> None:
        """Refuse a hash that is not the hash of what is held."""
        if not self.is_sound():
            raise ValidationError({"digest": ["This is not the SHA-256 of what was given."]})


@protect
class AssetUse(AppendOnly):
    """This revision names this version; written once, when the revision is fixed."""

    version = models.ForeignKey(AssetVersion, on_delete=models.PROTECT, related_name="uses")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="asset_uses")

    class Meta:
        app_label = "registry"
        ordering = ["revision", "version"]
        constraints = [models.UniqueConstraint(fields=["revision", "version"], name="asset_use_once")]

    def __str__(self) -> str:
        return f"{self.revision} names {self.version}"


guard(
    "newest_version_of_asset",
    Asset,
    "UPDATE",
    "NEW.newest_id IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM registry_assetversion v WHERE v.id = NEW.newest_id AND v.asset_id = NEW.id)",
    "the newest version of an asset is one of its own",
)
