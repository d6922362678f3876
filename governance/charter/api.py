"""The charter over REST: read its versions, draft, edit, ask for signatures, withdraw."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Nested, NoInput, Prose, ReasonInput
from governance.api.operations import acts, creates, lists, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.charter import actions, queries
from governance.charter.models import Charter
from governance.charter.tables import CharterFilters
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people import lookups


class CharterRow(Output):
    """A version of the charter as a row of the list."""

    key = serializers.CharField()
    owner = serializers.CharField(source="owner.ref", help_text="Reference of the person who answers for model risk.")

    class Meta:
        model = Charter
        fields: tuple[str, ...] = (
            "key",
            "number",
            "title",
            "owner",
            "state",
            "digest",
            "in_force_since",
            "next_review_on",
            "version",
            "updated_at",
        )


class CharterOutput(CharterRow):
    """A version of the charter with its words, and what it was drafted from."""

    author = serializers.CharField(source="author.ref")
    sections = serializers.JSONField(help_text="lead, rules, incidents, response, and held: lines by section.")
    drafted = serializers.JSONField(help_text="Tiers and figures as they were when it was drafted.")

    class Meta(CharterRow.Meta):
        fields: tuple[str, ...] = (*CharterRow.Meta.fields, "author", "note", "sections", "drafted")


class RuleInput(Nested):
    """One rule that the company holds to."""

    label = Name(max_length=120)  # type: ignore[assignment]
    text = Prose(max_length=1000, allow_blank=True)


class SectionsInput(Nested):
    """The words. A section that is left out stays as it is."""

    lead = Prose(max_length=2000, required=False)
    rules = RuleInput(many=True, required=False)
    incidents = serializers.ListField(child=Prose(max_length=1000), required=False, max_length=60)
    response = Prose(max_length=4000, required=False, allow_blank=True)
    held = serializers.DictField(
        child=serializers.ListField(child=Prose(max_length=1000), max_length=60),
        required=False,
        help_text="Lines by section, such as access-paths.",
    )


class CharterInput(Input):
    """What is changed of a draft."""

    title = Name(required=False)
    owner = serializers.CharField(max_length=254, required=False, help_text="Reference or e-mail address of an active person.")
    next_review_on = serializers.DateField(required=False, allow_null=True)
    sections = SectionsInput(required=False)
    note = Prose(max_length=2000, required=False, allow_blank=True)
    example = {"sections": {"incidents": ["An output exposes customer data to the wrong person."]}}


class CharterApi(ActionViewSet):
    """Versions of the model-risk charter. One is in force; it was signed by named people for its hash."""

    model = Charter
    serializer_class = CharterOutput
    list_serializer_class = CharterRow
    filterset_class = CharterFilters
    ordering_fields = {"number": "number"}
    ordering = "-number"
    related = ("owner", "author")
    lookup_field = "key"
    required_scopes = {"read": ("documents:read",), "write": ("documents:write",)}

    def get_queryset(self) -> QuerySet[Charter]:
        """Return the versions that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Charter.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> Charter:
        """Return the version of the address (CH-3)."""
        return queries.get(self.request.user, self.kwargs["key"])

    @creates(NoInput)
    def create(self, data: dict[str, Any]) -> Charter:
        """Draft the next version from what is held now."""
        return actions.draft_charter(actor=self.actor)

    @updates(CharterInput)
    def partial_update(self, charter: Charter, data: dict[str, Any], expected_version: int | None) -> Charter:
        """Change the words of a draft."""
        given = dict(data)
        if "owner" in given:
            given["owner"] = lookups.person(given["owner"], field="owner")
        return actions.edit_charter(charter, actor=self.actor, expected_version=expected_version, **given)

    @acts("reading")
    def redraft(self, charter: Charter, data: dict[str, Any], expected_version: int | None) -> Charter:
        """Read anew what is held; words that people wrote stay."""
        return actions.redraft(charter, actor=self.actor, expected_version=expected_version)

    @acts("proposal")
    def propose(self, charter: Charter, data: dict[str, Any], expected_version: int | None) -> Charter:
        """Fix the words under their hash and ask for signatures."""
        actions.propose_charter(charter, actor=self.actor, expected_version=expected_version)
        return queries.get(self.actor, charter.key)

    @acts("withdrawal", ReasonInput)
    def withdraw(self, charter: Charter, data: dict[str, Any], expected_version: int | None) -> Charter:
        """Give a version up."""
        return actions.withdraw_charter(charter, actor=self.actor, expected_version=expected_version, **data)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, charter: Charter) -> Any:
        """What happened to a version."""
        return entries_for(charter)
