"""Assets by REST: read them and their versions, and let a pipeline post the next one with its commit."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import acts, creates, lists, reads, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core.errors import Invalid
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people import lookups
from registry.assets import actions, queries, reading
from registry.assets.models import Asset, AssetUse, AssetVersion
from registry.assets.tables import AssetFilters
from registry.catalog.api.base import OwnerInput, resolved
from registry.surfaces import queries as surfaces


class VersionOutput(Output):
    """One version of an asset; it never changes."""

    key = serializers.CharField()
    author = serializers.CharField(source="author.ref", help_text="Reference of who made it.")

    class Meta:
        model = AssetVersion
        fields = (
            "key", "number", "label", "author", "reason", "digest", "digest_of", "repository", "path", "commit", "link",
            "snapshot", "documents", "access", "made_at",
        )  # fmt: skip


class WholeVersionOutput(VersionOutput):
    """One version with its words, and the facts of routes and tools."""

    class Meta(VersionOutput.Meta):
        fields = (*VersionOutput.Meta.fields, "text", "facts")


class AssetRow(Output):
    """An asset as a row of the list."""

    key = serializers.CharField()
    surface = serializers.CharField(source="surface.key", allow_null=True, help_text="Null: every surface may name it.")
    owner = serializers.CharField(source="owner.ref", allow_null=True, help_text="Null: its surface's or tool's owner answers.")
    team = serializers.CharField(source="team.key", allow_null=True)
    newest = serializers.CharField(source="newest.label", allow_null=True, help_text="Label of the newest version.")
    digest = serializers.CharField(source="newest.digest", allow_null=True, help_text="SHA-256 of the newest version.")
    in_force_count = serializers.IntegerField(help_text="In how many surfaces the revision in force names it.")

    class Meta:
        model = Asset
        fields = (
            "key", "kind", "contract_key", "name", "surface", "owner", "team", "newest", "digest", "in_force_count", "state",
            "version", "updated_at",
        )  # fmt: skip


class AssetOutput(AssetRow):
    """A prompt, retrieval source, tool or a surface's routes."""

    tool = serializers.CharField(source="tool.key", allow_null=True, help_text="Key of the tool in the catalogue.")

    class Meta(AssetRow.Meta):
        fields = (*AssetRow.Meta.fields, "description", "tool", "created_at")


class UseOutput(Output):
    """A revision that names a version."""

    surface = serializers.CharField(source="revision.surface.key")
    revision = serializers.IntegerField(source="revision.number")
    version = serializers.CharField(source="version.label")
    digest = serializers.CharField(source="version.digest")
    standing = serializers.SerializerMethodField(help_text="held: in force now; wait: proposed; until: history.")

    class Meta:
        model = AssetUse
        fields = ("surface", "revision", "version", "digest", "standing")

    def get_standing(self, use: AssetUse) -> str:
        """Say how the revision stands."""
        return reading.use_state(use)[0]


class MovedOutput(serializers.Serializer[Any]):
    """An asset of a surface's revision in force, and whether something newer is known since its approval."""

    asset = serializers.CharField()
    kind = serializers.CharField()
    contract_key = serializers.CharField()
    approved = serializers.CharField(help_text="Label of the version that was approved.")
    approved_digest = serializers.CharField()
    newest = serializers.CharField(help_text="Label of the newest version.")
    moved = serializers.BooleanField()
    swapped = serializers.BooleanField(help_text="The catalogue changed under the approved revision.")
    says = serializers.CharField()
    differs = serializers.ListField(child=serializers.CharField(), help_text="What differs, by name.")


class AssetChange(Input):
    """What of an asset changes."""

    name = Name(required=False)
    description = Prose(required=False, max_length=4000)
    team = serializers.CharField(required=False, allow_null=True, max_length=100, help_text="Key of the team.")
    example: ClassVar[dict[str, Any]] = {"name": "Claims triage, system prompt"}


class AssetInput(AssetChange):
    """What a shared prompt or retrieval source is registered with."""

    kind = serializers.ChoiceField(choices=[Asset.Kind.PROMPT, Asset.Kind.RETRIEVAL])
    contract_key = Name(max_length=200, help_text="The key by which contracts name it.")
    owner = serializers.CharField(required=False, max_length=40, help_text="Reference; the caller when left out.")
    example: ClassVar[dict[str, Any]] = {"kind": "prompt", "contract_key": "claims-triage", "name": "Claims triage"}


class VersionInput(Input):
    """The next version. A prompt: its words, or repository and commit. A retrieval source: its snapshot."""

    label = Name(required=False, max_length=200, help_text="Made from commit, snapshot or hash when left out.")
    reason = Prose(required=False, max_length=4000)
    author = serializers.CharField(required=False, max_length=254, help_text="Reference or e-mail; the caller when left out.")
    text = Prose(required=False, max_length=60_000, trim_whitespace=False)
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$", required=False, help_text="SHA-256 of the words.")
    repository = Name(required=False)
    path = Name(required=False)
    commit = serializers.RegexField(r"^[0-9a-f]{7,64}$", required=False)
    link = serializers.URLField(required=False, max_length=600)
    snapshot = Name(required=False)
    documents = Prose(required=False, max_length=2000)
    access = Prose(required=False, max_length=2000)
    example: ClassVar[dict[str, Any]] = {
        "label": "v32",
        "reason": "Names the clause it relies on.",
        "repository": "github.com/halden/prompts",
        "path": "triage/system.md",
        "commit": "9f2c1ab",
    }


class RetirementReason(Input):
    """Why it is closed."""

    reason = Prose(max_length=2000, allow_blank=False)
    example: ClassVar[dict[str, Any]] = {"reason": "Two prompts became one."}


class AssetApi(ActionViewSet):
    """Prompts, retrieval sources, tools and routes as assets with versions."""

    model = Asset
    serializer_class = AssetOutput
    list_serializer_class = AssetRow
    filterset_class = AssetFilters
    ordering_fields = {"name": "name", "kind": "kind", "contract_key": "contract_key", "in_force_count": "in_force_count"}
    ordering = "name"
    lookup_field = "key"
    required_scopes = {"read": ("registry:read",), "write": ("registry:write",)}

    def get_queryset(self) -> QuerySet[Asset]:
        """Return the assets that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Asset.objects.none()
        return queries.rows(self.request.user)

    def get_object(self) -> Asset:
        """Return the asset of the address (A-12)."""
        return self.again(queries.get(self.request.user, self.kwargs["key"]))

    def again(self, asset: Asset) -> Asset:
        """Return an asset as it is answered."""
        return queries.rows(self.actor).get(pk=asset.pk)

    @creates(AssetInput)
    def create(self, data: dict[str, Any]) -> Asset:
        """Register a prompt or retrieval source that several surfaces share."""
        given = _records(data, self.actor)
        return self.again(actions.register_asset(actor=self.actor, **given))

    @updates(AssetChange)
    def partial_update(self, asset: Asset, data: dict[str, Any], expected_version: int | None) -> Asset:
        """Change name, description or team."""
        given = _records(data, self.actor)
        return self.again(actions.change_asset(asset, actor=self.actor, expected_version=expected_version, **given))

    @acts("owner", OwnerInput, method="put")
    def give(self, asset: Asset, data: dict[str, Any], expected_version: int | None) -> Asset:
        """Name another owner."""
        given = {"owner": resolved(data, self.actor)["owner"], "reason": data.get("reason", "")}
        return self.again(actions.set_owner(asset, actor=self.actor, expected_version=expected_version, **given))

    @acts("sharing")
    def share(self, asset: Asset, data: dict[str, Any], expected_version: int | None) -> Asset:
        """Let every surface's contract name it."""
        return self.again(actions.share_asset(asset, actor=self.actor, expected_version=expected_version))

    @acts("retirement", RetirementReason)
    def retire(self, asset: Asset, data: dict[str, Any], expected_version: int | None) -> Asset:
        """Close it; its versions stay readable."""
        return self.again(actions.retire_asset(asset, actor=self.actor, expected_version=expected_version, **data))

    @lists("versions", output=VersionOutput, ordering_fields={"number": "number"}, ordering="-number")
    def versions(self, asset: Asset) -> QuerySet[AssetVersion]:
        """All versions of an asset, newest first."""
        return queries.versions_of(asset).defer("text", "facts")

    @acts("versions", VersionInput, output=WholeVersionOutput, status=201)
    def record(self, asset: Asset, data: dict[str, Any], expected_version: int | None) -> AssetVersion:
        """Record the next version; the same one again is answered as it is known."""
        given = dict(data)
        if given.get("author"):
            given["author"] = lookups.person(given["author"], field="author")
        return actions.record_version(asset, actor=self.actor, expected_version=expected_version, **given)

    @reads("newest", output=WholeVersionOutput)
    def newest(self, asset: Asset) -> AssetVersion:
        """The newest version with its words."""
        found = queries.versions_of(asset).first()
        if found is None:
            raise Invalid("It has no version yet.", fix="Record one first.", code="no-version")
        return found

    @lists("used-by", output=UseOutput, ordering_fields={"made": "pk"}, ordering="-made")
    def used_by(self, asset: Asset) -> QuerySet[AssetUse]:
        """The revisions that name it, as far as the caller sees their surfaces."""
        return queries.uses_of(self.actor, asset)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, asset: Asset) -> Any:
        """What happened to an asset."""
        return entries_for(asset)

    @reads(
        "since-approved",
        output=MovedOutput,
        many=True,
        detail=False,
        parameters=[OpenApiParameter("surface", str, required=True, description="Key of the surface.")],
    )
    def since_approved(self) -> list[dict[str, Any]]:
        """A surface's assets, and what moved since its revision in force was approved."""
        surface = surfaces.get(self.actor, self.parameters["surface"])
        return [
            {
                "asset": row.standing.asset.key,
                "kind": row.standing.asset.kind,
                "contract_key": row.standing.asset.contract_key,
                "approved": row.standing.held.label,
                "approved_digest": row.standing.held.digest,
                "newest": (row.standing.newest or row.standing.held).label,
                "moved": row.standing.moved,
                "swapped": row.standing.swapped,
                "says": row.says[1],
                "differs": [one.label for one in row.moved],
            }
            for row in reading.since_approved(surface)
        ]


def _records(data: dict[str, Any], actor: Any) -> dict[str, Any]:
    found = resolved(data, actor)
    if "team" in found:
        found["team"] = lookups.team_or_none(found["team"])
    return found
