"""HTML input of channels; what each kind asks for is said in its own words."""

from dataclasses import dataclass
from typing import Any

from django import forms

from governance.channels.models import Channel
from governance.channels.shapes import PAGERDUTY
from governance.people.models import Team

KEEP = "Leave it empty to keep the present one."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a kind of channel asks for: what it is good for, and labels with help for its address and its secret."""

    good_for: str
    address: str
    address_help: str = ""
    secret: str = ""
    secret_help: str = ""
    secret_needed: bool = True


K = Channel.Kind
ASKED: dict[str, Asked] = {
    K.EMAIL: Asked("A mailbox or a list that several people read.", "Mail address"),
    K.SLACK: Asked(
        "A Slack channel, with a button to answer alerts.",
        "Webhook URL",
        "From a Slack app with Incoming Webhooks. Whoever knows it may post, so it is kept sealed and not shown again.",
    ),
    K.TEAMS: Asked(
        "A Microsoft Teams channel, as a card with a button to answer alerts.",
        "Workflow URL",
        "From the Teams workflow “Post to a channel when a webhook request is received”. It is kept sealed and not shown again.",
    ),
    K.PAGERDUTY: Asked(
        "A PagerDuty service: alerts trigger, acknowledge and resolve its incidents.",
        "Events API address",
        "Change it for the EU region (events.eu.pagerduty.com).",
        "Integration key",
        "32 letters and digits, from the service’s integration “Events API v2”. It is kept sealed and not shown again.",
    ),
    K.WEBHOOK: Asked(
        "A program of your own, over a webhook signed by the Standard Webhooks convention.",
        "URL",
        "https:// of the receiver. Redirects are not followed.",
        "Signing secret",
        "whsec_ and base64. Leave it empty to have one made; it is shown once.",
        secret_needed=False,
    ),
}


class ChannelForm(forms.Form):
    """A channel of one kind: its name, how it is reached, whose it is."""

    name = forms.CharField(max_length=200, label="Name", help_text="What people call it: Claims on call.")
    address = forms.CharField(max_length=500, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}))
    secret = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}))
    team = forms.ModelChoiceField(
        queryset=Team.objects.none(),
        required=False,
        label="Team",
        empty_label="The whole company",
        help_text="Its lead keeps it.",
    )

    def __init__(self, *args: Any, kind: str, held: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = ASKED[kind]
        address, secret, team = self.fields["address"], self.fields["secret"], self.fields["team"]
        team.queryset = Team.objects.order_by("name")  # type: ignore[attr-defined]
        sealed_address = held and kind in (K.SLACK, K.TEAMS)
        address.label, address.help_text = asked.address, f"{asked.address_help} {KEEP}" if sealed_address else asked.address_help
        address.required = not sealed_address
        if kind == K.PAGERDUTY and not held:
            address.initial = PAGERDUTY
        if not asked.secret:
            del self.fields["secret"]
            return
        secret.label, secret.required = asked.secret, asked.secret_needed and not held
        secret.help_text = KEEP if held else asked.secret_help


class WhyForm(forms.Form):
    """Why, for the history."""

    reason = forms.CharField(required=False, max_length=2000, label="Why", widget=forms.Textarea(attrs={"rows": 2}))
