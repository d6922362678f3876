"""Links: letting one viewer in, and revoking."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse

from governance.core import clock
from governance.core.verdict import Verdict
from governance.rooms import actions, queries, rules
from governance.rooms.forms import LinkForm, ReasonForm
from governance.rooms.models import Room, RoomLink
from governance.rooms.tables import address_of
from governance.rooms.views.keeping import OnRoom
from governance.ui.pages import ActionPage

USUAL = 30
"""Days for which a link is offered to hold, where policy allows as many."""


class MakeLink(OnRoom):
    """Let one viewer in; the link's address is shown once."""

    title, submit, form_class = "Let somebody in", "Make the link", LinkForm
    lead = "One link for one person. It opens this room and nothing else, until its day or until you revoke it."
    issued: actions.IssuedLink | None = None

    def verdict(self, obj: Room) -> Verdict:
        """Say whether the person may."""
        return rules.may_link(self.user, obj)

    def form_arguments(self, obj: Room) -> dict[str, Any]:
        """Say what policy asks for."""
        policy = queries.room_rules()
        return {"required": policy.password_required, "longest": policy.longest_days}

    def initial(self, obj: Room) -> dict[str, Any]:
        """Start with a month."""
        return {"expires_on": clock.today() + timedelta(days=min(USUAL, queries.room_rules().longest_days - 1))}

    def perform(self, obj: Room, given: Mapping[str, Any]) -> RoomLink:
        """Make it."""
        self.issued = actions.make_link(
            obj,
            actor=self.user,
            viewer_name=given["viewer_name"],
            viewer_email=given["viewer_email"],
            password=given["password"],
            expires_at=clock.end_of(given["expires_on"]),
        )
        return self.issued.link

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Act; the address is shown in the answer to the post itself, and stored nowhere."""
        response = super().post(request, *args, **kwargs)
        if self.issued is None:
            return response
        answer = self.render(
            "governance/rooms/address.html",
            link=self.issued.link,
            address=request.build_absolute_uri(address_of(self.issued.secret)),
            title="The link",
            done_url=self.issued.link.get_absolute_url(),
        )
        answer["Cache-Control"] = "no-store"
        return answer


class RevokeLink(ActionPage):
    """Close a link for good."""

    title, submit, form_class, tone, nav = "Revoke the link", "Revoke it", ReasonForm, "stop", "rooms"
    lead = "It opens nothing any more, from this moment. What was seen stays in the ledger."

    def load(self) -> RoomLink:
        """Return the link of the address."""
        return queries.link(self.user, self.kwargs["key"])

    def verdict(self, obj: RoomLink) -> Verdict:
        """Say whether the person may."""
        return rules.may_revoke(self.user, obj)

    def perform(self, obj: RoomLink, given: Mapping[str, Any]) -> RoomLink:
        """Close it."""
        return actions.revoke_link(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: RoomLink) -> str:
        """Say so."""
        return f"{result.key} is revoked."
