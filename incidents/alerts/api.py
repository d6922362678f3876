"""Alerts over REST: read only; acknowledging is done on the incident."""

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.operations import lists
from governance.api.output import Output
from governance.api.viewsets import ReadViewSet
from incidents.alerts import queries
from incidents.alerts.models import Alert, AlertNotice
from incidents.alerts.tables import AlertFilters


class AlertOutput(Output):
    """The calling for one incident: how far it is, and who answered."""

    key = serializers.CharField(help_text="AL-12")
    incident = serializers.CharField(source="incident.key")
    path = serializers.CharField(source="path.key", help_text="The escalation path it is on.")
    acknowledged_by = serializers.CharField(source="acknowledged_by.ref", allow_null=True, help_text="Reference of who answered.")

    class Meta:
        model = Alert
        fields = (
            "key",
            "incident",
            "path",
            "step",
            "round",
            "state",
            "next_at",
            "acknowledged_at",
            "acknowledged_by",
            "created_at",
            "version",
        )


class AlertNoticeOutput(Output):
    """One person or one channel that was called."""

    person = serializers.CharField(source="person.ref", allow_null=True)
    channel = serializers.CharField(source="channel.key", allow_null=True)
    path = serializers.CharField(source="path.key")
    delivery = serializers.CharField(source="delivery.key", allow_null=True, help_text="Null: in their inbox only.")
    delivered = serializers.CharField(source="delivery.state", allow_null=True)

    class Meta:
        model = AlertNotice
        fields = ("id", "path", "round", "step", "person", "channel", "delivery", "delivered", "at")


class AlertApi(ReadViewSet):
    """Alerts: for which incident who was called, and how soon somebody answered."""

    model = Alert
    serializer_class = AlertOutput
    filterset_class = AlertFilters
    ordering_fields = {"called": "created_at", "key": "pk", "state": "state"}
    ordering = "-key"
    lookup_field = "key"
    required_scopes = {"read": ("incidents:read",), "write": ("incidents:write",)}

    def get_queryset(self) -> QuerySet[Alert]:
        """Return the alerts that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Alert.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> Alert:
        """Return the alert of the address (AL-12)."""
        return queries.get(self.request.user, self.kwargs["key"])

    @lists("notices", output=AlertNoticeOutput, ordering_fields={"at": "pk"}, ordering="-at")
    def notices(self, alert: Alert) -> QuerySet[AlertNotice]:
        """Whom an alert called, the newest first."""
        return queries.notices_of(alert).order_by()
