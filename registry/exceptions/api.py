"""Exceptions over REST: ask, read, extend, end, withdraw."""

from typing import Any

from django.db.models import Count, QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose, ReasonInput
from governance.api.operations import acts, creates, lists, reads
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people import lookups
from registry.exceptions import actions, queries
from registry.exceptions.models import ControlException
from registry.exceptions.queries import standing
from registry.exceptions.rules import MOST_SURFACES
from registry.exceptions.tables import ExceptionFilters
from registry.surfaces import queries as surfaces

SCOPES = {"read": ("controls:read",), "write": ("controls:write",)}


class ExceptionRow(Output):
    """An exception as a row of the list."""

    key = serializers.CharField()
    owner = serializers.CharField(source="owner.ref", help_text="Reference of the person who answers for it.")
    requester = serializers.CharField(source="requester.ref")
    request = serializers.CharField(source="request.key", allow_null=True, help_text="The approval request.")
    extends = serializers.CharField(source="extends.key", allow_null=True, help_text="The exception that it carries on.")
    covered = serializers.IntegerField(help_text="How many surfaces it covers.")
    state = serializers.SerializerMethodField(help_text="As it stands now: past its last moment it has expired.")

    class Meta:
        model = ControlException
        fields: tuple[str, ...] = (
            "key",
            "title",
            "controls",
            "covered",
            "tier",
            "owner",
            "requester",
            "request",
            "extends",
            "state",
            "starts_on",
            "expires_on",
            "ends_at",
            "active_at",
            "ended_at",
            "digest",
            "version",
        )

    def get_state(self, row: ControlException) -> str:
        """Return where it stands now."""
        return standing(row).value


class ExceptionOutput(ExceptionRow):
    """An exception with its terms, its surfaces as far as the caller sees them, and why it may last no longer."""

    surfaces = serializers.SerializerMethodField(help_text="Keys of the surfaces that it covers and the caller sees.")

    class Meta(ExceptionRow.Meta):
        fields = (*ExceptionRow.Meta.fields, "surfaces", "reason", "measures", "latest_on", "terms", "end_reason")

    def get_surfaces(self, row: ControlException) -> list[str]:
        """Return the keys of its surfaces."""
        seen, _ = queries.covers_of(self.context["request"].user, row)
        return [surface.key for surface in seen]


class ReliedOnOutput(serializers.Serializer[Any]):
    """A surface whose revision in force came into force on the strength of the exception."""

    surface = serializers.CharField(source="key")
    revision = serializers.IntegerField(source="in_force.number")
    since = serializers.DateTimeField(source="in_force_since")


class ExceptionInput(Input):
    """What is asked for: which controls need not be met on which surfaces, why, what is done instead, until when."""

    surfaces = serializers.ListField(child=Name(max_length=40), min_length=1, max_length=MOST_SURFACES, help_text="Their keys.")
    controls = serializers.ListField(
        child=Name(max_length=120), min_length=1, max_length=60, help_text="Keys of controls, or owasp:LLM03:2026, tier."
    )
    reason = Prose(max_length=8000)
    measures = Prose(max_length=8000)
    owner = Name(max_length=254, required=False, help_text="Reference or e-mail address; the caller when left out.")
    expires_on = serializers.DateField(help_text="It ends at the end of this day where the company is.")
    example = {
        "surfaces": ["S-0418"],
        "controls": ["rate_limits"],
        "reason": "The gateway that limits calls for each user goes live in three weeks.",
        "measures": "A daily cap for the whole surface, watched by the people on call.",
        "expires_on": "2026-12-12",
    }


class ExtensionInput(Input):
    """More time for the same controls and surfaces."""

    reason = Prose(max_length=8000)
    measures = Prose(max_length=8000)
    owner = Name(max_length=254, required=False)
    expires_on = serializers.DateField()
    example = {
        "reason": "The gateway goes live a week later than planned.",
        "measures": "The daily cap stays.",
        "expires_on": "2026-12-19",
    }


class OwnerInput(Input):
    """Who answers for it from now on."""

    owner = Name(max_length=254, help_text="Reference or e-mail address of an active person.")
    reason = Prose(max_length=2000, required=False, allow_blank=True)
    example = {"owner": "p_4f1d2c9a8b7e6d50"}


class ExceptionApi(ActionViewSet):
    """Exceptions: time-boxed, approved for their hash, ended by themselves."""

    model = ControlException
    serializer_class = ExceptionOutput
    list_serializer_class = ExceptionRow
    filterset_class = ExceptionFilters
    ordering_fields = {"asked": "pk", "expires_on": "expires_on", "title": "title"}
    ordering = "-asked"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[ControlException]:
        """Return the exceptions that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return ControlException.objects.none()
        return queries.visible_to(self.request.user).annotate(covered=Count("covers"))

    def get_object(self) -> ControlException:
        """Return the exception of the address (X-12)."""
        return _shown(self.request.user, self.kwargs["key"])

    @creates(ExceptionInput)
    def create(self, data: dict[str, Any]) -> ControlException:
        """Ask for an exception."""
        given = _with_owner(data)
        given["surfaces"] = [surfaces.get(self.actor, key) for key in given["surfaces"]]
        return _shown(self.actor, actions.ask_for(actor=self.actor, **given).key)

    @acts("extension", ExtensionInput, status=201, if_match="none")
    def extend(self, exception: ControlException, data: dict[str, Any], expected_version: int | None) -> ControlException:
        """Ask that an exception goes on: a new one, with its own approval."""
        return _shown(self.actor, actions.extend(exception, actor=self.actor, **_with_owner(data)).key)

    @acts("end", ReasonInput)
    def end(self, exception: ControlException, data: dict[str, Any], expected_version: int | None) -> ControlException:
        """End an exception before its day."""
        reason = data.get("reason", "")
        actions.end(exception, actor=self.actor, reason=reason, expected_version=expected_version)
        return _shown(self.actor, exception.key)

    @acts("withdrawal", ReasonInput)
    def withdraw(self, exception: ControlException, data: dict[str, Any], expected_version: int | None) -> ControlException:
        """Take a request back."""
        actions.withdraw(exception, actor=self.actor, reason=data.get("reason", ""))
        return _shown(self.actor, exception.key)

    @acts("owner", OwnerInput, method="put")
    def give_owner(self, exception: ControlException, data: dict[str, Any], expected_version: int | None) -> ControlException:
        """Let another person answer for it."""
        actions.give_owner(exception, actor=self.actor, expected_version=expected_version, **_with_owner(data))
        return _shown(self.actor, exception.key)

    @reads("relied-on", output=ReliedOnOutput, many=True)
    def relied_on(self, exception: ControlException) -> Any:
        """The surfaces whose revision in force came into force on its strength."""
        seen = surfaces.visible_to(self.actor).values("pk")
        return queries.relied_on(exception).filter(pk__in=seen)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, exception: ControlException) -> Any:
        """What happened to an exception."""
        return entries_for(exception)


def _shown(user: Any, key: str) -> ControlException:
    exception: Any = queries.get(user, key)
    exception.covered = exception.covers.count()
    return exception


def _with_owner(data: dict[str, Any]) -> dict[str, Any]:
    given = dict(data)
    if "owner" in given:
        given["owner"] = lookups.person(given["owner"], field="owner")
    return given
