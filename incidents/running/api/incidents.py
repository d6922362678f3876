"""Incidents over REST: read, run, their timeline."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter

from governance.api.operations import acts, lists, reads, updates
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
from incidents.running import actions
from incidents.running import queries as running
from incidents.running.api.inputs import (
    DraftInput,
    IncidentChange,
    NoteInput,
    NothingInput,
    RoleInput,
    SeverityInput,
    TouchesInput,
    TriageInput,
    WhyInput,
)
from incidents.running.api.outputs import (
    AlikeOutput,
    ChangeBefore,
    CommunicationOutput,
    IncidentOutput,
    IncidentRow,
    ProposalOutput,
    TimelineOutput,
)
from incidents.running.severity import propose
from incidents.running.tables import IncidentFilters
from registry.catalog.models import Endpoint, Vendor
from registry.surfaces import queries as surfaces

READ = {"read": ("incidents:read",), "write": ("incidents:write",)}
LONGEST = 720


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
