"""What is told about incidents, over REST."""

from typing import Any

from django.db.models import QuerySet

from governance.api.operations import acts, deletes, updates
from governance.api.viewsets import ActionViewSet
from incidents.cases import queries
from incidents.cases.models import Communication
from incidents.running import actions
from incidents.running.api.inputs import MessageInput, NothingInput
from incidents.running.api.outputs import CommunicationOutput

READ = {"read": ("incidents:read",), "write": ("incidents:write",)}


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
