"""Imports over REST: upload, match columns, preview, let in, fetch refused rows, undo."""

from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from rest_framework import serializers

from governance.api.input import Input, Name, NoInput
from governance.api.operations import acts, creates, deletes, downloads, lists, reads, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core.tabular import mapping as mappings
from governance.core.tabular.source import Options
from governance.core.tabular.writing import FORMATS
from registry.imports import actions, queries
from registry.imports.models import ImportBatch, ImportProfile, ImportRow
from registry.imports.tables import ImportFilters
from registry.imports.views.hub import refused_file


class ImportListRow(Output):
    """An import as a row of the list."""

    key = serializers.CharField()
    owner = serializers.CharField(source="owner.ref")

    class Meta:
        model = ImportBatch
        fields: tuple[str, ...] = (
            "key",
            "name",
            "target",
            "owner",
            "state",
            "size",
            "row_count",
            "sha256",
            "counts",
            "problem",
            "version",
            "created_at",
            "committed_at",
            "undone_at",
        )


class ImportOutput(ImportListRow):
    """An import with what the file holds, its mapping, and how far its work is."""

    progress = serializers.SerializerMethodField()
    columns = serializers.SerializerMethodField()
    suggestions = serializers.SerializerMethodField()
    create_missing = serializers.SerializerMethodField()

    class Meta(ImportListRow.Meta):
        fields = (
            *ImportListRow.Meta.fields,
            "options",
            "columns",
            "suggestions",
            "mapping",
            "create_missing",
            "notes",
            "progress",
        )

    def get_progress(self, obj: ImportBatch) -> dict[str, Any] | None:
        """How far the job is that works on it."""
        if obj.job is None or not obj.is_running:
            return None
        job = obj.job
        return {"state": str(job.state), "done": job.done, "total": job.total, "error": job.error}

    def get_columns(self, obj: ImportBatch) -> list[dict[str, Any]]:
        """The columns of the file, with samples."""
        return list(obj.source.get("columns", []))

    def get_suggestions(self, obj: ImportBatch) -> list[dict[str, Any]]:
        """Which column probably feeds which field, how sure, and why."""
        return list(obj.source.get("suggestions", []))

    def get_create_missing(self, obj: ImportBatch) -> bool:
        """Whether teams and vendors that the file names are made."""
        return bool(obj.settings.get("create_missing"))


class ImportRowOutput(Output):
    """One row: what it would do, or did, and what must be said about it."""

    class Meta:
        model = ImportRow
        fields = (
            "number",
            "label",
            "outcome",
            "fate",
            "values",
            "differences",
            "problems",
            "subject_key",
            "has_warnings",
        )


class ProfileOutput(Output):
    """A saved mapping."""

    owner = serializers.CharField(source="owner.ref")

    class Meta:
        model = ImportProfile
        fields = ("id", "name", "target", "owner", "mapping", "version", "updated_at")


class FieldOutput(serializers.Serializer[Any]):
    """A field that columns can be matched to."""

    key = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    needed = serializers.BooleanField()
    joins = serializers.BooleanField()
    choices = serializers.ListField(child=serializers.CharField())


class UploadInput(Input):
    """A file, and what its rows are."""

    file = serializers.FileField(help_text="CSV, XLSX or JSON with any columns.")
    target = Name(max_length=40, help_text="surfaces, vendors or people.")
    example = {"target": "surfaces"}


class MappingInput(Input):
    """Which column feeds which field; columns that are not named are kept beside the fields."""

    mapping = serializers.JSONField(required=False, help_text="As in `mapping` of the import.")
    profile = serializers.IntegerField(required=False, min_value=1, help_text="Take a saved mapping over instead.")
    options = serializers.JSONField(
        required=False, help_text="Read the file differently: encoding, delimiter, sheet, header_row."
    )
    create_missing = serializers.BooleanField(required=False, help_text="Make teams and vendors that the file names.")
    example = {"mapping": {"fields": {"name": {"columns": ["Use case name"]}}, "ignored": []}, "create_missing": True}


class CommitInput(Input):
    """Whether all rows go in or none."""

    all_or_nothing = serializers.BooleanField(default=False)
    example = {"all_or_nothing": False}


class ProfileInput(Input):
    """A name under which the mapping is kept."""

    name = Name(max_length=200)
    example = {"name": "Yearly inventory"}


class ImportApi(ActionViewSet):
    """Files on their way in. Upload, look at the suggested mapping, ask for the preview, then let the rows in."""

    model = ImportBatch
    serializer_class = ImportOutput
    list_serializer_class = ImportListRow
    filterset_class = ImportFilters
    ordering_fields = {"begun": "pk", "name": "name", "state": "state"}
    ordering = "-begun"
    lookup_field = "key"
    required_scopes = {"read": ("registry:read",), "write": ("registry:write",)}

    def get_queryset(self) -> QuerySet[ImportBatch]:
        """Return the imports that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return ImportBatch.objects.none()
        return queries.listed(self.request.user) if self.is_list() else queries.visible_to(self.request.user)

    def get_object(self) -> ImportBatch:
        """Return the import of the address (I-0012)."""
        return queries.get(self.request.user, self.kwargs["key"])

    @creates(UploadInput, upload=True)
    def create(self, data: dict[str, Any]) -> ImportBatch:
        """Upload a file. It is read at once; a large one by a job."""
        file = data["file"]
        return actions.upload(file, actor=self.actor, name=file.name, target=data["target"])

    @updates(MappingInput)
    def partial_update(self, batch: ImportBatch, data: dict[str, Any], expected_version: int | None) -> ImportBatch:
        """Match the columns, take a saved mapping over, or read the file differently."""
        if "options" in data:
            options = Options.from_json(data["options"] if isinstance(data["options"], dict) else {})
            batch = actions.reread(batch, actor=self.actor, options=options, expected_version=expected_version)
            expected_version = batch.version
        if "profile" in data:
            profile = queries.get_profile(self.actor, data["profile"])
            actions.apply_profile(batch, actor=self.actor, profile=profile, expected_version=expected_version)
            expected_version = batch.version
        if "mapping" in data or "create_missing" in data:
            mapping = mappings.from_json(data.get("mapping", batch.mapping))
            settings = {name: data[name] for name in ("create_missing",) if name in data}
            actions.set_mapping(
                batch,
                actor=self.actor,
                mapping=mapping,
                settings=settings,
                expected_version=expected_version,
                profile=batch.profile if "mapping" not in data else None,
            )
        return batch

    @deletes()
    def destroy(self, batch: ImportBatch, expected_version: int | None) -> None:
        """Discard an import that did not go in."""
        actions.discard(batch, actor=self.actor, expected_version=expected_version)

    @acts("preview", NoInput, status=202)
    def preview(self, batch: ImportBatch, data: dict[str, Any], expected_version: int | None) -> ImportBatch:
        """Ask for the preview (the dry run): every row is converted and compared, nothing is changed."""
        actions.ask_check(batch, actor=self.actor, expected_version=expected_version)
        return batch

    @acts("commit", CommitInput, status=202)
    def commit(self, batch: ImportBatch, data: dict[str, Any], expected_version: int | None) -> ImportBatch:
        """Let the rows in. Refused ones stay out, or keep all others out with `all_or_nothing`."""
        whole = data["all_or_nothing"]
        actions.ask_commit(batch, actor=self.actor, all_or_nothing=whole, expected_version=expected_version)
        return batch

    @acts("undo", NoInput, status=202)
    def undo(self, batch: ImportBatch, data: dict[str, Any], expected_version: int | None) -> ImportBatch:
        """Take the whole import back; what somebody touched since is kept and listed."""
        actions.ask_undo(batch, actor=self.actor, expected_version=expected_version)
        return batch

    @acts("release", NoInput)
    def release(self, batch: ImportBatch, data: dict[str, Any], expected_version: int | None) -> ImportBatch:
        """Go back to the last step after a job that failed for good or was stopped."""
        return actions.release(batch, actor=self.actor, expected_version=expected_version)

    @acts("profile", ProfileInput, status=201, output=ProfileOutput)
    def save_profile(self, batch: ImportBatch, data: dict[str, Any], expected_version: int | None) -> ImportProfile:
        """Save the mapping under a name, for later files."""
        return actions.save_profile(batch, actor=self.actor, name=data["name"])

    @lists("rows", output=ImportRowOutput, ordering_fields={"number": "number"}, ordering="number")
    def rows(self, batch: ImportBatch) -> Any:
        """The rows, with what each would do, or did."""
        return batch.rows.all()

    @reads("fields", output=FieldOutput, many=True)
    def fields(self, batch: ImportBatch) -> Any:
        """The fields that columns can be matched to."""
        return [
            {
                "key": field.key,
                "name": field.label,
                "kind": str(field.kind),
                "needed": field.required,
                "joins": field.joins,
                "choices": [choice.value for choice in field.choices],
            }
            for field in queries.fields_of(batch)
        ]

    @downloads("refused", FORMATS["csv"].content_type)
    def refused(self, batch: ImportBatch) -> StreamingHttpResponse:
        """The refused rows as CSV: what was sent, and beside it the problem and what to do."""
        return refused_file(batch, "csv")


class ImportProfileApi(ActionViewSet):
    """Saved mappings of columns to fields."""

    model = ImportProfile
    serializer_class = ProfileOutput
    ordering_fields = {"name": "name"}
    ordering = "name"
    related = ("owner",)
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    required_scopes = {"read": ("registry:read",), "write": ("registry:write",)}

    @deletes()
    def destroy(self, profile: ImportProfile, expected_version: int | None) -> None:
        """Remove a saved mapping."""
        actions.remove_profile(profile, actor=self.actor, expected_version=expected_version)
