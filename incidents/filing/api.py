"""Filing over REST: POST of incidents, links that are handed out, and the webhook by which Alertmanager reports."""

from collections.abc import Mapping
from datetime import datetime
from typing import IO, Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from rest_framework import serializers

from governance.api.input import Input, Name, Nested, Prose
from governance.api.operations import acts, creates, lists
from governance.api.output import Output
from governance.api.parsers import StrictJSONParser
from governance.api.viewsets import ActionViewSet, Resource
from governance.core import clock
from governance.core.digest import digest
from governance.core.errors import Invalid
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people.models import Team
from incidents.cases import queries as cases
from incidents.cases.models import Incident
from incidents.filing import actions, queries, reading, rules
from incidents.filing.actions.signalling import Taken
from incidents.filing.models import Report, ReportLink
from incidents.filing.signalling import FIRING, RESOLVED, Alarm, Delivery, link
from incidents.filing.tables import LinkFilters
from incidents.running.api import IncidentApi
from registry.surfaces import queries as surfaces

MOST_ALERTS = 1_000


class ReportLinkOutput(Output):
    """A link by which anybody who holds it can report a problem without an account."""

    key = serializers.CharField()
    surface = serializers.CharField(source="surface.key", allow_null=True, help_text="The surface that it names.")
    team = serializers.CharField(source="team.key", allow_null=True)
    owner = serializers.CharField(source="owner.ref", help_text="Reference of who handed it out.")
    reports = serializers.IntegerField(source="report_count", help_text="How many reports came by it.")
    url = serializers.SerializerMethodField(help_text="Its whole address; empty where it opens nothing now.")

    class Meta:
        model = ReportLink
        fields = (
            "key", "name", "surface", "team", "owner", "state", "expires_at", "ended_because", "reports", "url", "created_at",
            "version",
        )  # fmt: skip

    def get_url(self, obj: Any) -> str:
        """Return the address while it opens the form."""
        if not obj.allowed or not rules.is_open(obj, clock.now()):
            return ""
        return str(self.context["request"].build_absolute_uri(reading.form_address(obj)))


class ReportLinkInput(Input):
    """A link to hand out: for a surface, for a team, or without either for the company."""

    name = Name(max_length=200, help_text="Where it is handed out.")
    surface = Name(max_length=40, required=False, help_text="The surface's key, such as S-0418.")
    team = Name(max_length=60, required=False, help_text="The team's key.")
    expires_at = serializers.DateTimeField(help_text="At most two years from now.")
    example = {"name": "Poster in the call centre", "surface": "S-0418", "expires_at": "2027-03-01T00:00:00Z"}


class RevocationInput(Input):
    """Why a link is closed."""

    reason = Prose(max_length=2000, allow_blank=False)
    example = {"reason": "The poster was taken down."}


class ReportLinkApi(ActionViewSet):
    """Report links: addresses that let anybody who holds one report a problem without an account."""

    model = ReportLink
    serializer_class = ReportLinkOutput
    filterset_class = LinkFilters
    ordering_fields = {"created_at": "created_at", "expires_at": "expires_at", "name": "name"}
    ordering = "-created_at"
    lookup_field = "key"
    required_scopes = {"read": ("incidents:read",), "write": ("incidents:write",)}

    def get_queryset(self) -> QuerySet[ReportLink]:
        """Return the links that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return ReportLink.objects.none()
        return queries.listed_links(self.request.user)

    def get_object(self) -> ReportLink:
        """Return the link of the address (RL-3)."""
        return self.get_queryset().get(pk=queries.link(self.request.user, self.kwargs["key"]).pk)

    @creates(ReportLinkInput)
    def create(self, data: dict[str, Any]) -> ReportLink:
        """Hand out a link."""
        surface = surfaces.get(self.actor, data["surface"]) if data.get("surface") else None
        team = self.team(data["team"]) if data.get("team") else None
        made = actions.make_link(actor=self.actor, name=data["name"], surface=surface, team=team, expires_at=data["expires_at"])
        return self.get_queryset().get(pk=made.pk)

    def team(self, key: str) -> Team:
        """Return a team by its key. Raises Invalid."""
        found = Team.objects.filter(key=key).select_related("lead").first()
        if found is None:
            raise Invalid("There is no such team.", fields={"team": ["There is no team of this key."]})
        return found

    @acts("revocation", RevocationInput)
    def revoke(self, link: ReportLink, data: dict[str, Any], expected_version: int | None) -> ReportLink:
        """Revoke a link for good."""
        done = actions.revoke_link(link, actor=self.actor, reason=data["reason"], expected_version=expected_version)
        return self.get_queryset().get(pk=done.pk)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, link: ReportLink) -> Any:
        """What happened to a link."""
        return entries_for(link)


class AlertInput(Nested):
    """One alert as Alertmanager sends it."""

    status = serializers.ChoiceField(choices=(FIRING, RESOLVED))
    labels = serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=4000), required=False)
    annotations = serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=20_000), required=False)
    startsAt = serializers.DateTimeField()  # noqa: N815 - their name
    endsAt = serializers.CharField(max_length=40, required=False, allow_blank=True)  # noqa: N815 - year 1 while it fires
    generatorURL = serializers.CharField(max_length=4000, required=False, allow_blank=True)  # noqa: N815
    fingerprint = serializers.CharField(max_length=64, required=False, allow_blank=True)


class AlertmanagerInput(Input):
    """A group of alerts, as Alertmanager's webhook of version 4 sends it. What later versions add is left aside."""

    version = serializers.ChoiceField(choices=("4",))
    groupKey = serializers.CharField(max_length=8000)  # noqa: N815 - their names
    status = serializers.ChoiceField(choices=(FIRING, RESOLVED), required=False)
    receiver = serializers.CharField(max_length=400, required=False, allow_blank=True)
    groupLabels = serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=4000), required=False)  # noqa: N815
    commonLabels = serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=4000), required=False)  # noqa: N815
    commonAnnotations = serializers.DictField(  # noqa: N815
        child=serializers.CharField(allow_blank=True, max_length=20_000), required=False
    )
    externalURL = serializers.CharField(max_length=4000, required=False, allow_blank=True)  # noqa: N815
    truncatedAlerts = serializers.IntegerField(required=False, min_value=0)  # noqa: N815
    alerts = serializers.ListField(child=AlertInput(), max_length=MOST_ALERTS, allow_empty=False)
    example = {
        "version": "4",
        "groupKey": '{}:{alertname="HarmfulAnswers"}',
        "status": "firing",
        "receiver": "plumbline",
        "commonLabels": {"alertname": "HarmfulAnswers", "surface": "S-0418"},
        "commonAnnotations": {"summary": "Harmful answers above 1 in 1,000"},
        "alerts": [
            {
                "status": "firing",
                "labels": {"alertname": "HarmfulAnswers", "surface": "S-0418"},
                "annotations": {},
                "startsAt": "2026-03-01T09:00:00Z",
                "fingerprint": "5ef77f1f8a3ecfd2",
            }
        ],
    }


class AlertmanagerParser(StrictJSONParser):
    """Strict JSON, of which fields that we do not know are left aside: another's format may grow."""

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return the parsed body. Raises Malformed or TooLarge."""
        body = super().parse(stream, media_type, parser_context)
        if not isinstance(body, dict):
            return body
        known = {name: value for name, value in body.items() if name in AlertmanagerInput().fields}
        if isinstance(known.get("alerts"), list):
            fields = AlertInput().fields
            known["alerts"] = [
                {name: value for name, value in alert.items() if name in fields} if isinstance(alert, dict) else alert
                for alert in known["alerts"]
            ]
        return known


class TakenOutput(serializers.Serializer[Any]):
    """What became of a group of alerts."""

    incident = serializers.CharField(allow_null=True, help_text="Its incident; null where nothing fires and none was opened.")
    opened = serializers.BooleanField(help_text="Whether it was opened by this call.")
    fired = serializers.IntegerField(help_text="Alerts that are new here.")
    resolved = serializers.IntegerField(help_text="Alerts that are over since.")


class AlertmanagerApi(Resource):
    """Alertmanager's webhook: alerts of one group are one incident, and what repeats changes nothing."""

    model = Incident
    parser_classes = (AlertmanagerParser,)
    required_scopes = {"read": ("incidents:read",), "write": ("incidents:write",)}

    @acts("", AlertmanagerInput, output=TakenOutput, detail=False)
    def create(self, data: dict[str, Any]) -> dict[str, Any]:
        """Alertmanager: take in a group of alerts.

        A label `surface` (or `plumbline_surface`) names the surface by its key, `category` the kind of incident by its
        key in the policy. An alert that fires again after its incident was resolved opens a new one.
        """
        sender: Any = self.request.user
        return told(actions.receive(delivery(data), actor=sender))


def told(taken: Taken) -> dict[str, Any]:
    """Return an answer."""
    key = taken.incident.key if taken.incident else None
    return {"incident": key, "opened": taken.opened, "fired": taken.fired, "resolved": taken.resolved}


def delivery(data: Mapping[str, Any]) -> Delivery:
    """Return a checked body as plain facts."""
    return Delivery(
        group_key=data["groupKey"],
        receiver=data.get("receiver", ""),
        alarms=tuple(_alarm(each) for each in data["alerts"]),
        labels=data.get("commonLabels") or data.get("groupLabels") or {},
        annotations=data.get("commonAnnotations", {}),
        url=link(data.get("externalURL", "")),
        truncated=data.get("truncatedAlerts", 0),
    )


def _alarm(given: Mapping[str, Any]) -> Alarm:
    labels = given.get("labels", {})
    return Alarm(
        fingerprint=given.get("fingerprint") or digest(labels),
        firing=given["status"] == FIRING,
        started_at=given["startsAt"],
        ended_at=_ended(given.get("endsAt", ""), given["startsAt"]),
        labels=labels,
        annotations=given.get("annotations", {}),
        url=link(given.get("generatorURL", "")),
    )


def _ended(text: str, started_at: datetime) -> datetime | None:
    """Read when an alert was over; while it fires, that is year 1, or nothing."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None and found >= started_at else None


class ReportInput(Input):
    """A problem, as whoever noticed it says it."""

    what = Prose(allow_blank=False, help_text="What happened, and what should have happened.")
    title = Name(required=False, allow_blank=True, help_text="Left out: the first sentence of what happened.")
    where = Prose(max_length=4000, required=False, help_text="Where, in words.")
    surface = Name(max_length=40, required=False, help_text="The surface's key, such as S-0418; left out: guessed where certain.")
    harm = serializers.ChoiceField(choices=Report.Harm.choices, required=False, help_text="How bad it is, as the form asks.")
    near_miss = serializers.BooleanField(required=False, help_text="Left out: as `harm` says. A near miss calls nobody.")
    ongoing = serializers.BooleanField(required=False, help_text="Whether it is still going on.")
    category = Name(max_length=60, required=False, allow_blank=True, help_text="A category's key in the policy.")
    occurred_at = serializers.DateTimeField(required=False)
    detected_at = serializers.DateTimeField(required=False)
    people_estimated = serializers.IntegerField(required=False, min_value=0, max_value=2_000_000_000)
    data_classes = serializers.ListField(child=Name(max_length=60), required=False, max_length=40)
    trace_ids = serializers.ListField(child=Name(max_length=200), required=False, max_length=200)
    source_ref = Name(
        max_length=200, required=False, allow_blank=True, help_text="What you call it; open once: said again it is 409."
    )
    example = {
        "what": "The benefits chat told three callers their copay is 25 euros. Their card says 40.",
        "surface": "S-0418",
        "harm": "wrong",
        "ongoing": True,
        "category": "hallucination",
    }


class IncidentFilingApi(IncidentApi):
    """Incidents: what went wrong or nearly did, how bad it is, who has it, and what happened when."""

    @creates(ReportInput)
    def create(self, data: dict[str, Any]) -> Incident:
        """Report a problem: whoever is on call is told at once, and its clocks run."""
        given = dict(data)
        key = given.pop("surface", "")
        surface = surfaces.get(self.actor, key) if key else queries.meant(self.actor, given.get("where", ""))
        made = actions.report(actor=self.actor, surface=surface, source=Incident.Source.API, **given)
        return cases.get(self.actor, made.incident.key)
