"""What is done to channels: adding, changing, pausing, resuming, retiring, trying out."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.channels import actions, queries, rules
from governance.channels.forms import ASKED, ChannelForm, WhyForm
from governance.channels.models import Channel, Delivery
from governance.core.errors import NotVisible
from governance.core.verdict import Verdict, require
from governance.ui.pages import ActionPage
from governance.ui.pages.base import Page


class ChooseKind(Page):
    """Which kind of channel is to be added."""

    title, nav, template = "Add a channel", "on-call", "governance/channels/kinds.html"

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        return [("Channels", reverse("channels")), ("Add a channel", "")]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the kinds, each with what it is good for."""
        require(rules.may_add(self.user))
        kinds = [
            {"label": Channel.Kind(kind).label, "good_for": asked.good_for, "url": reverse("channel-add-kind", args=[kind])}
            for kind, asked in ASKED.items()
        ]
        return self.render(kinds=kinds)


class AddChannel(ActionPage):
    """Add a channel of one kind; a signing secret that was made for it is shown once."""

    title, submit, form_class = "Add a channel", "Add the channel", ChannelForm
    nav = "on-call"
    secret = done_url = ""

    @property
    def kind(self) -> str:
        """The kind of the address. Raises NotVisible for one that there is not."""
        kind = str(self.kwargs["kind"])
        if kind not in ASKED:
            raise NotVisible("There is no such kind of channel.", fix="Choose one of those offered.")
        return kind

    def get_title(self) -> str:
        """Name the kind."""
        return f"Add a channel: {Channel.Kind(self.kind).label}"

    def load(self) -> None:
        """Nothing is there yet; an unknown kind is not found."""
        if self.kind:
            return

    def verdict(self, obj: None) -> Verdict:
        """Say whether the person may add any."""
        return rules.may_add(self.user)

    def form_arguments(self, obj: None) -> dict[str, Any]:
        """Ask for what the kind needs."""
        return {"kind": self.kind}

    def perform(self, obj: None, given: Mapping[str, Any]) -> Channel:
        """Add it; a signing secret that was made, not typed, is shown."""
        channel = actions.add(actor=self.user, kind=self.kind, **given)
        if self.kind == Channel.Kind.WEBHOOK and not given["secret"]:
            self.secret, self.done_url = actions.secret_of(channel), channel.get_absolute_url()
        return channel

    def success_url(self, result: Channel) -> str:
        """Go to the channel."""
        return result.get_absolute_url()

    def said(self, result: Channel) -> str:
        """Say so."""
        return "" if self.secret else f"{result.name} is added. Send a test before somebody relies on it."

    def back_url(self, obj: None) -> str:
        """Go back to the kinds."""
        return reverse("channel-add")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Act; a secret that was made is shown in the answer to the post itself, and stored nowhere in the clear."""
        response = super().post(request, *args, **kwargs)
        if not self.secret:
            return response
        text = "Copy it into the receiver now: it verifies our signatures, and it is not shown again."
        answer = self.render(
            "governance/channels/secret.html", secret=self.secret, title="The signing secret", text=text, done_url=self.done_url
        )
        answer["Cache-Control"] = "no-store"
        return answer


class OnChannel(ActionPage):
    """Base of what is done to one channel."""

    nav = "on-call"

    def load(self) -> Channel:
        """Return the channel of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Channel) -> Verdict:
        """Say whether the person may."""
        return rules.may_keep(self.user, obj.team)


class EditChannel(OnChannel):
    """Change name, address, secret or team."""

    title, submit, form_class = "Change the channel", "Save", ChannelForm

    def form_arguments(self, obj: Channel) -> dict[str, Any]:
        """Ask for what the kind needs."""
        return {"kind": obj.kind, "held": True}

    def initial(self, obj: Channel) -> dict[str, Any]:
        """Start with what may be shown."""
        address = "" if obj.kind in (Channel.Kind.SLACK, Channel.Kind.TEAMS) else obj.address
        return {"name": obj.name, "address": address, "team": obj.team_id}

    def perform(self, obj: Channel, given: Mapping[str, Any]) -> Channel:
        """Save it."""
        changes = dict(given)
        if changes.get("address") == obj.address:
            changes.pop("address")
        return actions.edit(obj, actor=self.user, changes=changes, expected_version=self.seen_version)

    def said(self, result: Channel) -> str:
        """Say so."""
        return f"{result.name} is saved."


class PauseChannel(OnChannel):
    """Let nothing through for a while."""

    title, submit, form_class = "Pause the channel", "Pause it", WhyForm
    lead = "Messages are kept as given up, and can be delivered once it is resumed."

    def perform(self, obj: Channel, given: Mapping[str, Any]) -> Channel:
        """Pause it."""
        return actions.pause(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: Channel) -> str:
        """Say so."""
        return f"{result.name} is paused."


class ResumeChannel(OnChannel):
    """Let messages through again."""

    title, submit, form_class = "Resume the channel", "Resume it", WhyForm
    lead = "What was given up meanwhile is in the list of deliveries."

    def perform(self, obj: Channel, given: Mapping[str, Any]) -> Channel:
        """Resume it."""
        return actions.resume(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: Channel) -> str:
        """Say so."""
        return f"{result.name} is active again."


class RetireChannel(OnChannel):
    """End it for good."""

    title, submit, form_class, tone = "Retire the channel", "Retire it", WhyForm, "stop"
    lead = "Nothing goes through it any more. What went through it stays. Steps of escalation paths that name it reach nobody."

    def perform(self, obj: Channel, given: Mapping[str, Any]) -> Channel:
        """Retire it."""
        return actions.retire(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: Channel) -> str:
        """Say so."""
        return f"{result.name} is retired."


class TryOut(OnChannel):
    """The test button."""

    title, submit = "Send a test", "Send a test"
    lead = "A message that says it is a test. Its page shows whether it arrived."

    def perform(self, obj: Channel, given: Mapping[str, Any]) -> Delivery:
        """Send it."""
        return actions.try_out(obj, actor=self.user)
