"""Incidents over REST: read, run, their timeline, what is told about them."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import acts, deletes, lists, reads, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core.errors import Invalid
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people.lookups import person
from incidents.cases import actions as cases
from incidents.cases import queries
from incidents.cases.before import HOURS, recent_changes
from incidents.cases.models import Communication, Incident, TimelineEntry
from incidents.cases.similar import similar
from incidents.running import actions, rules
from incidents.running import queries as running
from incidents.running.severity import propose
from incidents.running.tables import IncidentFilters
from registry.catalog.models import Endpoint, Vendor
from registry.surfaces import queries as surfaces

READ = {"read": ("incidents:read",), "write": ("incidents:write",)}
LONGEST = 720


class IncidentRow(Output):
    """An incident as a row of the list."""

    key = serializers.CharField()
    surface = serializers.CharField(source="surface.key", allow_null=True, help_text="The primary surface, where one is known.")
    owner = serializers.CharField(source="owner.ref", allow_null=True, help_text="Reference of who answers for it.")
    vendor = serializers.CharField(source="vendor.key", allow_null=True)

    class Meta:
        model = Incident
        fields: tuple[str, ...] = (
            "key",
            "title",
            "state",
            "severity",
            "category",
            "near_miss",
            "surface",
            "tier",
            "vendor",
            "owner",
            "source",
            "user_harm",
            "blast_radius",
            "people_estimated",
            "postmortem_demanded",
            "reported_at",
            "acknowledged_at",
            "mitigated_at",
            "resolved_at",
            "closed_at",
            "version",
            "updated_at",
        )


class IncidentOutput(IncidentRow):
    """An incident with what it says and touches."""

    commander = serializers.CharField(source="commander.ref", allow_null=True)
    communications = serializers.CharField(source="communications.ref", allow_null=True)
    scribe = serializers.CharField(source="scribe.ref", allow_null=True)
    reporter = serializers.CharField(source="reporter.ref", allow_null=True, help_text="None: somebody without an account.")
    data_classes = serializers.ListField(child=serializers.CharField())
    trace_ids = serializers.ListField(child=serializers.CharField())
    parties = serializers.DictField(help_text="Of an imported incident: who deployed, developed and was harmed.")
    surfaces = serializers.SerializerMethodField()
    endpoints = serializers.SerializerMethodField()

    class Meta(IncidentRow.Meta):
        fields = (
            *IncidentRow.Meta.fields,
            "what",
            "where",
            "summary",
            "impact",
            "ongoing",
            "commander",
            "communications",
            "scribe",
            "reporter",
            "source_ref",
            "occurred_at",
            "detected_at",
            "triaged_at",
            "data_classes",
            "trace_ids",
            "cause",
            "parties",
            "surfaces",
            "endpoints",
            "created_at",
        )

    def get_surfaces(self, incident: Incident) -> list[str]:
        """Keys of the further surfaces that it touches, as far as the caller sees them."""
        seen = surfaces.visible_to(self.context["request"].user)
        return [each.key for each in seen.filter(incident_rows__incident=incident).order_by("pk")]

    def get_endpoints(self, incident: Incident) -> list[str]:
        """Keys of the endpoints that it touches."""
        return [row.endpoint.key for row in incident.endpoint_rows.select_related("endpoint")]


class TimelineOutput(Output):
    """One entry of a timeline, for good."""

    author = serializers.CharField(source="author.ref", allow_null=True, help_text="None: Plumbline, or the reporter.")
    corrects = serializers.IntegerField(source="corrects_id", allow_null=True, help_text="The entry that this one corrects.")
    details = serializers.DictField(source="data", help_text="What a program reads from it: before, after, keys.")

    class Meta:
        model = TimelineEntry
        fields = ("id", "at", "written_at", "kind", "author", "text", "url", "details", "entry_seq", "corrects")


class CommunicationOutput(Output):
    """A message about an incident, as a draft or as it went out."""

    key = serializers.CharField()
    incident = serializers.CharField(source="incident.key")
    sent_by = serializers.CharField(source="sent_by.ref", allow_null=True)

    class Meta:
        model = Communication
        fields = (
            "key",
            "incident",
            "audience",
            "subject",
            "text",
            "state",
            "sent_at",
            "sent_by",
            "created_at",
            "version",
            "updated_at",
        )


class Scale(serializers.IntegerField):
    """A step of a scale from 0 to 4."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=4, **kwargs)


class People(serializers.IntegerField):
    """An estimated number of people."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=2_000_000_000, **kwargs)


class IncidentChange(Input):
    """What of an incident changes; a version that is not the newest any more answers 412, and nothing is overwritten."""

    title = Name(required=False)
    what = Prose(required=False, allow_blank=True)
    where = Prose(required=False, allow_blank=True, max_length=4000)
    summary = Prose(required=False, allow_blank=True)
    impact = Prose(required=False, allow_blank=True)
    category = Name(required=False, max_length=60, help_text="Key of a category of the policy.")
    near_miss = serializers.BooleanField(required=False)
    ongoing = serializers.BooleanField(required=False, allow_null=True)
    vendor = Name(required=False, allow_null=True, max_length=60, help_text="Key of a vendor; null for none.")
    people_estimated = People(required=False, allow_null=True)
    user_harm = Scale(required=False, allow_null=True)
    blast_radius = Scale(required=False, allow_null=True)
    occurred_at = serializers.DateTimeField(required=False, allow_null=True)
    detected_at = serializers.DateTimeField(required=False, allow_null=True)
    data_classes = serializers.ListField(required=False, child=serializers.CharField(max_length=40), max_length=50)
    trace_ids = serializers.ListField(required=False, child=serializers.CharField(max_length=200), max_length=200)
    example = {"summary": "The new index holds last year's prices. Retrieval is off.", "people_estimated": 198}


class SeverityInput(Input):
    """How bad it is now, and why."""

    severity = Name(max_length=4, help_text="Key of a severity of the policy, such as SEV2.")
    reason = Prose(max_length=4000)
    near_miss = serializers.BooleanField(required=False)
    user_harm = Scale(required=False)
    blast_radius = Scale(required=False)
    people_estimated = People(required=False)
    example = {"severity": "SEV1", "reason": "A member paid the wrong price.", "user_harm": 3, "blast_radius": 2}


class TriageInput(SeverityInput):
    """How bad a reported incident is, of what kind, and where."""

    reason = Prose(required=False, default="", max_length=4000)
    category = Name(required=False, max_length=60, help_text="Key of a category of the policy; left out: as reported.")
    surface = Name(required=False, max_length=40, help_text="The primary surface's key; left out: as reported.")
    example = {"severity": "SEV2", "category": "hallucination", "surface": "S-0418", "user_harm": 2, "blast_radius": 2}


class WhyInput(Input):
    """Why, or what was done."""

    reason = Prose(required=False, default="", max_length=4000, help_text="Needed to resolve, to reopen and to erase.")
    example = {"reason": "The index of 30 October is back; 40 conversations read, none wrong."}


class NothingInput(Input):
    """Nothing further."""

    example = {}


class RoleInput(Input):
    """Who has a part in it."""

    role = serializers.ChoiceField(list(rules.ROLES))
    person = Name(allow_null=True, max_length=254, help_text="Reference or address; null for nobody (not for the owner).")
    example = {"role": "commander", "person": "noor@example.org"}


class TouchesInput(Input):
    """What else it touches, each list as a whole; one that is left out stays."""

    surfaces = serializers.ListField(required=False, child=serializers.CharField(max_length=40), max_length=500)
    endpoints = serializers.ListField(required=False, child=serializers.CharField(max_length=100), max_length=500)
    example = {"surfaces": ["S-0419"], "endpoints": ["meridian-large-eu"]}


class NoteInput(Input):
    """One more entry of the timeline."""

    text = Prose()
    at = serializers.DateTimeField(required=False, help_text="When it happened; left out: now.")
    corrects = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1, help_text="The entry that it corrects.")
    example = {"text": "Read 40 conversations: all wrong prices cite the new index."}


class DraftInput(Input):
    """A message to draft; without words, from a template that is filled with what is known."""

    audience = serializers.ChoiceField(Communication.Audience.choices)
    subject = Name(required=False, default="", max_length=200, allow_blank=True)
    text = Prose(required=False, default="", allow_blank=True)
    example = {"audience": "customers"}


class MessageInput(Input):
    """A draft's words."""

    subject = Name(max_length=200)
    text = Prose()
    example = {"subject": "Wrong copay in the chat", "text": "Some of you were told 25 euros. It is 40."}


class ChangeBefore(serializers.Serializer[Any]):
    """One change before an incident."""

    at = serializers.DateTimeField()
    hours = serializers.IntegerField(help_text="Whole hours before it was reported.")
    kind = serializers.CharField()
    title = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    verdict = serializers.CharField(source="word", help_text="approved, not approved, at once, ended, recorded, in the contract")
    entry = serializers.IntegerField(source="seq", help_text="Its number in the ledger.")


class AlikeOutput(serializers.Serializer[Any]):
    """A past incident that resembles one."""

    key = serializers.CharField(source="incident.key")
    title = serializers.CharField(source="incident.title")
    state = serializers.CharField(source="incident.state")
    score = serializers.IntegerField(help_text="0 to 100.")
    why = serializers.CharField(allow_blank=True)


class ProposalOutput(serializers.Serializer[Any]):
    """The severity that harm and radius stand for."""

    severity = serializers.CharField(allow_blank=True)
    why = serializers.CharField(allow_blank=True)


class IncidentApi(ActionViewSet):
    """Incidents: what went wrong or nearly did, how bad it is, who has it, and what happened when."""

    model = Incident
    serializer_class = IncidentOutput
    list_serializer_class = IncidentRow
    filterset_class = IncidentFilters
    ordering_fields = {"key": "pk", "reported_at": "reported_at", "severity": "severity", "state": "state", "title": "title"}
    ordering = "-key"
    lookup_field = "key"
    required_scopes = READ

    def get_queryset(self) -> QuerySet[Incident]:
        """Return the incidents that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Incident.objects.none()
        return queries.rows(self.request.user)

    def get_object(self) -> Incident:
        """Return the incident of the address (INC-12)."""
        return queries.get(self.request.user, self.kwargs["key"])

    @updates(IncidentChange)
    def partial_update(self, incident: Incident, data: dict[str, Any], expected_version: int | None) -> Incident:
        """Change what an incident says."""
        given = dict(data)
        if given.get("vendor") is not None:
            given["vendor"] = _vendor(self.request.user, given["vendor"])
        return actions.edit(incident, actor=self.actor, expected_version=expected_version, **given)

    @acts("acknowledgement", NothingInput)
    def acknowledge(self, incident: Incident, data: dict[str, Any], expected_version: int | None) -> Incident:
        """Take an incident: nobody else is called from then on."""
        return actions.acknowledge(incident, actor=self.actor, via="api", expected_version=expected_version)

    @acts("triage", TriageInput)
    def triage(self, incident: Incident, data: dict[str, Any], expected_version: int | None) -> Incident:
        """Say how bad a reported incident is; its clocks begin."""
        given = dict(data)
        if key := given.pop("surface", ""):
            given["surface"] = surfaces.get(self.actor, key)
        return actions.triage(incident, actor=self.actor, expected_version=expected_version, **given)

    @acts("severity", SeverityInput, method="put")
    def set_severity(self, incident: Incident, data: dict[str, Any], expected_version: int | None) -> Incident:
        """Give a triaged incident another severity or other figures; alerts and clocks follow."""
        return actions.set_severity(incident, actor=self.actor, expected_version=expected_version, **data)

    @acts("mitigation", WhyInput)
    def start_mitigating(self, incident: Incident, data: dict[str, Any], expected_version: int | None) -> Incident:
        """Begin to stop the harm."""
        return actions.start_mitigating(incident, actor=self.actor, expected_version=expected_version, **data)

    @acts("mitigated", WhyInput)
    def mitigated(self, incident: Incident, data: dict[str, Any], expected_version: int | None) -> Incident:
        """Say that the harm has stopped."""
        return actions.mitigated(incident, actor=self.actor, expected_version=expected_version, **data)

    @acts("resolution", WhyInput)
    def resolve(self, incident: Incident, data: dict[str, Any], expected_version: int | None) -> Incident:
        """Say that the cause is gone, and how one knows."""
        return actions.resolve(incident, actor=self.actor, expected_version=expected_version, **data)

    @acts("reopening", WhyInput)
    def reopen(self, incident: Incident, data: dict[str, Any], expected_version: int | None) -> Incident:
        """Take a resolved or closed incident up again."""
        return actions.reopen(incident, actor=self.actor, expected_version=expected_version, **data)

    @acts("roles", RoleInput, method="put")
    def name_role(self, incident: Incident, data: dict[str, Any], expected_version: int | None) -> Incident:
        """Give somebody a part in it."""
        who = person(data["person"], field="person") if data["person"] else None
        return actions.name_role(incident, actor=self.actor, role=data["role"], person=who, expected_version=expected_version)

    @acts("touches", TouchesInput, method="put")
    def affect(self, incident: Incident, data: dict[str, Any], expected_version: int | None) -> Incident:
        """Say which further surfaces and endpoints it touches."""
        found = [surfaces.get(self.actor, key) for key in data["surfaces"]] if "surfaces" in data else None
        named = _endpoints(self.request.user, data["endpoints"]) if "endpoints" in data else None
        return actions.affect(incident, actor=self.actor, surfaces=found, endpoints=named, expected_version=expected_version)

    @acts("reporter-erasure", WhyInput)
    def forget_reporter(self, incident: Incident, data: dict[str, Any], expected_version: int | None) -> Incident:
        """Erase name and address of whoever reported without an account; needs a reason."""
        return actions.forget_reporter(incident, actor=self.actor, expected_version=expected_version, **data)

    @lists("timeline", output=TimelineOutput, ordering_fields={"at": "at"}, ordering="-at")
    def timeline(self, incident: Incident) -> QuerySet[TimelineEntry]:
        """What happened in an incident, newest first."""
        return queries.timeline(incident)

    @acts("timeline", NoteInput, output=TimelineOutput, status=201)
    def note(self, incident: Incident, data: dict[str, Any], expected_version: int | None) -> TimelineEntry:
        """Add to the timeline, for good; a mistake is corrected by a further entry."""
        given = dict(data)
        if number := given.pop("corrects", None):
            given["corrects"] = queries.entry_of(incident, number)
        return cases.note(incident, actor=self.actor, **given)

    @reads("changes-before", output=ChangeBefore, many=True, parameters=[
        OpenApiParameter("hours", int, description=f"How far back, {HOURS} when left out, at most {LONGEST}.")])  # fmt: skip
    def changes_before(self, incident: Incident) -> list[Any]:
        """What changed before an incident, nearest first."""
        hours = self.parameters.get("hours", HOURS)
        if not 1 <= hours <= LONGEST:
            raise Invalid("That is too far back.", fields={"hours": [f"1 to {LONGEST}."]})
        return recent_changes(incident, hours)

    @reads("similar", output=AlikeOutput, many=True)
    def similar(self, incident: Incident) -> list[Any]:
        """Past incidents that resemble one, as far as the caller sees them."""
        return similar(incident, self.request.user)

    @reads("severity-proposal", output=ProposalOutput)
    def proposal(self, incident: Incident) -> dict[str, str]:
        """The severity that its user harm and blast radius stand for; empty while either is not known."""
        if incident.user_harm is None or incident.blast_radius is None:
            return {"severity": "", "why": ""}
        tier = incident.surface.tier if incident.surface else incident.tier
        made = propose(incident.user_harm, incident.blast_radius, tier)
        return {"severity": made.key(list(running.severities())), "why": made.why}

    @lists("communications", output=CommunicationOutput, ordering_fields={"created_at": "pk"}, ordering="-created_at")
    def communications(self, incident: Incident) -> QuerySet[Communication]:
        """What is told about an incident."""
        return incident.communication_rows.select_related("incident", "sent_by")

    @acts("communications", DraftInput, output=CommunicationOutput, status=201)
    def draft(self, incident: Incident, data: dict[str, Any], expected_version: int | None) -> Communication:
        """Draft a message to customers, regulators or staff."""
        return actions.draft_communication(incident, actor=self.actor, **data)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, incident: Incident) -> QuerySet[Any]:
        """What the ledger tells of an incident."""
        return entries_for(incident)


class CommunicationApi(ActionViewSet):
    """What is told about incidents: drafts, and what was sent, word for word."""

    model = Communication
    serializer_class = CommunicationOutput
    ordering_fields = {"created_at": "pk"}
    ordering = "-created_at"
    lookup_field = "key"
    required_scopes = READ

    def get_queryset(self) -> QuerySet[Communication]:
        """Return the messages that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Communication.objects.none()
        return queries.communications(self.request.user)

    def get_object(self) -> Communication:
        """Return the message of the address (COM-3)."""
        return queries.get_communication(self.request.user, self.kwargs["key"])

    @updates(MessageInput)
    def partial_update(self, message: Communication, data: dict[str, Any], expected_version: int | None) -> Communication:
        """Change a draft."""
        said = {"subject": message.subject, "text": message.text} | data
        return actions.edit_communication(message, actor=self.actor, expected_version=expected_version, **said)

    @acts("dispatch", NothingInput)
    def send(self, message: Communication, data: dict[str, Any], expected_version: int | None) -> Communication:
        """Record that a message went out as it stands."""
        return actions.send_communication(message, actor=self.actor, expected_version=expected_version)

    @deletes()
    def destroy(self, message: Communication, expected_version: int | None) -> None:
        """Discard a draft."""
        actions.discard_draft(message, actor=self.actor, expected_version=expected_version)


def _vendor(user: Any, key: str) -> Vendor:
    found: Vendor | None = Vendor.objects.visible_to(user).filter(key=key).first()
    if found is None:
        raise Invalid(f"There is no vendor {key[:60]}.", fix="Use a key from /vendors.", fields={"vendor": ["Unknown."]})
    return found


def _endpoints(user: Any, keys: list[str]) -> list[Endpoint]:
    found = {each.key: each for each in Endpoint.objects.visible_to(user).filter(key__in=keys)}
    if missing := [key for key in keys if key not in found]:
        said = f"There is no endpoint {missing[0][:60]}."
        raise Invalid(said, fix="Use a key from /endpoints.", fields={"endpoints": [said]})
    return [found[key] for key in dict.fromkeys(keys)]
