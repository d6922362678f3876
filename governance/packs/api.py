"""Audit packs over REST: ask for one, follow it, take its files, build it again, give it, discard it."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from governance.api.input import Input, Name, ReasonInput
from governance.api.operations import acts, creates, downloads, lists, reads
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core.errors import Invalid, NotVisible
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.packs import actions, queries
from governance.packs.models import Pack, PackBuild, PackReader
from governance.packs.sections import FULL
from governance.packs.tables import PackFilters
from governance.packs.views.files import send
from governance.people.models import User
from governance.people.queries import visible_to as visible_people


class PackRow(Output):
    """An audit pack as a row of the list."""

    key = serializers.CharField()
    asked_by = serializers.CharField(source="asked_by.ref", help_text="Reference of who asked for it.")

    class Meta:
        model = Pack
        fields = (
            "key",
            "title",
            "scope",
            "starts_on",
            "ends_on",
            "edition",
            "state",
            "asked_by",
            "created_at",
            "frozen_at",
            "size",
            "zip_digest",
            "zip_size",
            "pages",
            "version",
        )


class ProgressOutput(serializers.Serializer[Any]):
    """How far the building is."""

    state = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]
    error = serializers.CharField()


class PackOutput(PackRow):
    """One audit pack: what it is about, the checkpoint and hashes under which it is frozen, and what is in it."""

    progress = serializers.SerializerMethodField(help_text="How far its building is; null when nothing is at work on it.")

    class Meta:
        model = Pack
        fields = (
            *PackRow.Meta.fields,
            "subjects",
            "redact",
            "classification",
            "trouble",
            "root",
            "as_of",
            "manifest_digest",
            "pdf_digest",
            "pdf_size",
            "contents",
            "progress",
        )

    @extend_schema_field(ProgressOutput(allow_null=True))
    def get_progress(self, obj: Pack) -> dict[str, Any] | None:
        """How far its building is."""
        job = queries.job_of(obj)
        if job is None or job.is_over:
            return None
        return {"state": job.state, "done": job.done, "total": job.total, "label": job.progress_label, "error": job.error}


class BuildOutput(Output):
    """One time that a pack was built, and whether it came out the same."""

    made_by = serializers.CharField(source="made_by.ref")
    same = serializers.BooleanField()

    class Meta:
        model = PackBuild
        fields = ("number", "made_at", "made_by", "manifest_digest", "zip_digest", "same", "differs", "seconds")


class ReaderOutput(Output):
    """Somebody to whom a pack was given."""

    person = serializers.CharField(source="person.ref")

    class Meta:
        model = PackReader
        fields = ("person", "created_at")


class AskInput(Input):
    """What the pack is about, its period and edition."""

    scope = serializers.ChoiceField(choices=Pack.Scope.choices)
    subjects = serializers.ListField(
        child=Name(max_length=120),
        required=False,
        max_length=2000,
        help_text="Keys of what it is about, such as S-0418 or INC-12; none for the company.",
    )
    starts_on = serializers.DateField(help_text="First day, by UTC.")
    ends_on = serializers.DateField(help_text="Last day, by UTC, included.")
    edition = serializers.ChoiceField(choices=Pack.Edition.choices, required=False)
    title = Name(max_length=200, required=False, allow_blank=True)
    example = {"scope": "surfaces", "subjects": ["S-0418"], "starts_on": "2026-01-01", "ends_on": "2026-03-31"}


class GiveInput(Input):
    """To whom."""

    person = Name(max_length=40, help_text="Reference of a person.")
    example = {"person": "p_4f1d2c9a8b7e6d50"}


class PackApi(ActionViewSet):
    """Audit packs: everything about a scope over a period, frozen at one checkpoint, to be checked without us."""

    model = Pack
    serializer_class = PackOutput
    list_serializer_class = PackRow
    filterset_class = PackFilters
    ordering_fields = {"created_at": "created_at", "title": "title", "starts_on": "starts_on"}
    ordering = "-created_at"
    lookup_field = "key"
    required_scopes = {"read": ("packs:read",), "write": ("packs:write",)}

    def get_queryset(self) -> QuerySet[Pack]:
        """Return the packs that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Pack.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> Pack:
        """Return the pack of the address (PK-3)."""
        return queries.get(self.request.user, self.kwargs["key"])

    @creates(AskInput)
    def create(self, data: dict[str, Any]) -> Pack:
        """Ask for a pack; it is built in the background."""
        given = {"edition": FULL, **data}
        keys = given.pop("subjects", [])
        scope = queries.scope_named(given["scope"])
        subjects = scope.named(self.actor, keys) if scope is not None and scope.named and keys else ()
        if keys and not subjects:
            raise Invalid("The company has no subjects.", fields={"subjects": ["Leave them out for this scope."]})
        return actions.ask(actor=self.actor, subjects=subjects, **given)

    @acts("builds", status=202)
    def build(self, pack: Pack, data: dict[str, Any], expected_version: int | None) -> Pack:
        """Build a pack once more: to finish one that was broken off, or to compare a frozen one."""
        actions.build_again(pack, actor=self.actor)
        return queries.get(self.actor, pack.key)

    @lists("builds", output=BuildOutput, ordering_fields={"number": "number"}, ordering="-number")
    def builds(self, pack: Pack) -> Any:
        """Each time that a pack was built."""
        return pack.builds.select_related("made_by")

    @reads("readers", output=ReaderOutput, many=True)
    def readers(self, pack: Pack) -> Any:
        """To whom a pack was given."""
        return list(queries.readers_of(pack))

    @acts("readers", GiveInput)
    def give(self, pack: Pack, data: dict[str, Any], expected_version: int | None) -> Pack:
        """Give a pack to somebody who would not see it by role."""
        actions.give(pack, actor=self.actor, person=self._person(data["person"]))
        return queries.get(self.actor, pack.key)

    @acts("takings-back", GiveInput)
    def take_back(self, pack: Pack, data: dict[str, Any], expected_version: int | None) -> Pack:
        """Take a pack back from somebody."""
        reader = queries.readers_of(pack).filter(person__ref=data["person"]).first()
        if reader is None:
            raise NotVisible("They do not have this pack.")
        actions.take_back(reader, actor=self.actor)
        return queries.get(self.actor, pack.key)

    @acts("discarding", ReasonInput)
    def discard(self, pack: Pack, data: dict[str, Any], expected_version: int | None) -> Pack:
        """Discard a pack's files; its scope, checkpoint and hashes are kept."""
        return actions.discard(pack, actor=self.actor, expected_version=expected_version, reason=data.get("reason", ""))

    @downloads("zip", "application/zip")
    def archive(self, pack: Pack) -> HttpResponseBase:
        """The pack itself: data, evidence, proofs and the verifier."""
        return send(pack, "zip")

    @downloads("pdf", "application/pdf")
    def pages(self, pack: Pack) -> HttpResponseBase:
        """The pack's pages."""
        return send(pack, "pdf")

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, pack: Pack) -> Any:
        """What happened to a pack."""
        return entries_for(pack)

    def _person(self, ref: str) -> User:
        found: User | None = visible_people(self.actor).filter(ref=ref).first()
        if found is None:
            raise Invalid("There is no such person.", fields={"person": ["Choose an active person."]})
        return found
