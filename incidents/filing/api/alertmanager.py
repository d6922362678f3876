"""Alertmanager's webhook: its body as version 4 sends it, and what became of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import IO, Any

from django.utils.dateparse import parse_datetime
from rest_framework import serializers

from governance.api.input import Input, Nested
from governance.api.operations import acts
from governance.api.parsers import StrictJSONParser
from governance.api.viewsets import Resource
from governance.core.digest import digest
from incidents.cases.models import Incident
from incidents.filing import actions
from incidents.filing.actions.signalling import Taken
from incidents.filing.signalling import FIRING, RESOLVED, Alarm, Delivery, link

MOST_ALERTS = 1_000


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
