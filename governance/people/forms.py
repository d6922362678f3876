"""Forms about people. Fields are the actions' arguments; rules are the actions' own."""

import zoneinfo
from datetime import timedelta
from typing import Any

from django import forms

from governance.core import clock
from governance.people import queries, rules, scopes
from governance.people.models import Position, Role, Team, User

HOW_STRONG = "At least 12 characters; no common password, and nothing like your name. Four or five words do well."
ROLE_HELP = {
    Role.ADMINISTRATOR: "Looks after accounts and settings; sees everything.",
    Role.RISK_OFFICER: "Keeps the policy, teams and positions; sees everything.",
    Role.LEADER: "Sees everything; decides where their position says so.",
    Role.MEMBER: "Sees their team's and what is shared with them; registers and owns.",
    Role.AUDITOR: "Reads everything, changes nothing.",
    Role.GUEST_AUDITOR: "Reads what is shared with them, until a day.",
}


def zones() -> list[tuple[str, str]]:
    """Return all time zones to choose from."""
    named = sorted(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in named)]


class PersonChoice(forms.ModelChoiceField):
    """A person to choose: active people by name, with their job title."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", "Choose a person")
        super().__init__(queryset=User.objects.none(), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """Name the person so that namesakes can be told apart."""
        return f"{obj.name}, {obj.title}" if obj.title else str(obj.name)


class PeopleForm(forms.Form):
    """Base of forms in which people are chosen: fills every person field with who can be chosen now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, PersonChoice):
                field.queryset = queries.active_people()


class MomentField(forms.DateTimeField):
    """A moment in the reader's time zone."""

    def __init__(self, **kwargs: Any) -> None:
        shown = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=shown, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **kwargs)


class DayField(forms.DateField):
    """A day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class RoleField(forms.ChoiceField):
    """A role for a person, each with what it means."""

    choice_help = {str(role): text for role, text in ROLE_HELP.items()}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[(r.value, r.label) for r in rules.PERSON_ROLES], widget=forms.RadioSelect, **kwargs)


class PasswordField(forms.CharField):
    """A new password; managers may fill it in."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Password")
        kwargs.setdefault("help_text", HOW_STRONG)
        shown = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        super().__init__(strip=False, widget=shown, max_length=1024, **kwargs)


class ReasonForm(forms.Form):
    """A form that only says why."""

    reason = forms.CharField(
        label="Why", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}), help_text="For the history."
    )


class ProfileForm(forms.Form):
    """What one changes about oneself."""

    name = forms.CharField(label="Name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    title = forms.CharField(label="Job title", max_length=200, required=False)
    time_zone = forms.ChoiceField(label="Time zone", choices=zones, help_text="Dates and times are shown in it.")


class PersonForm(ProfileForm):
    """What an administrator changes about a person."""

    email = forms.EmailField(label="E-mail address", max_length=254)
    team = forms.ModelChoiceField(queryset=Team.objects.all(), required=False, empty_label="No team")
    field_order = ("name", "email", "title", "team", "time_zone")


class RoleForm(forms.Form):
    """A person's role."""

    role = RoleField(label="Role")
    expires_at = MomentField(label="Account ends", required=False, help_text="Needed for guest auditors.")
    reason = forms.CharField(label="Why", required=False, max_length=2000)


class ResetForm(forms.Form):
    """What somebody has lost."""

    second_step = forms.BooleanField(
        label="They have lost their device as well",
        required=False,
        help_text="Removes their authenticator app, passkeys and recovery codes, and signs them out everywhere.",
    )


class MoveForm(forms.Form):
    """To which team people move."""

    team = forms.ModelChoiceField(queryset=Team.objects.all(), required=False, empty_label="No team")


class InviteForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(label="E-mail address", max_length=254)
    name = forms.CharField(label="Name", max_length=200, required=False)
    role = RoleField(label="Role", initial=Role.MEMBER)
    team = forms.ModelChoiceField(queryset=Team.objects.all(), required=False, empty_label="No team yet")
    account_ends_at = MomentField(label="Account ends", required=False, help_text="Needed for guest auditors.")


class JoinForm(forms.Form):
    """What an invited person says on coming in."""

    name = forms.CharField(label="Your name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = PasswordField()
    time_zone = forms.ChoiceField(label="Time zone", choices=zones, help_text="Dates and times are shown in it.")


class SetupForm(forms.Form):
    """The first page of all: the company, and its first administrator."""

    company = forms.CharField(label="Company", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "organization"}))
    name = forms.CharField(label="Your name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label="Your e-mail address", max_length=254)
    password = PasswordField()
    time_zone = forms.ChoiceField(label="Time zone", choices=zones, initial="UTC")


class CodeSetupForm(SetupForm):
    """The first page of a server that stands in the open."""

    code = forms.CharField(
        label="Set-up code", max_length=200, help_text="Printed by ./plumbline run and by ./plumbline manage setup_code."
    )
    field_order = ("code", "company", "name", "email", "password", "time_zone")


class CompanyForm(forms.Form):
    """The company's settings."""

    name = forms.CharField(label="Name", max_length=200)
    time_zone = forms.ChoiceField(label="Time zone", choices=zones, help_text="Days begin and end in it.")
    classification = forms.CharField(label="Classification mark", max_length=60, help_text="Printed on documents.")
    public_titles = forms.BooleanField(
        label="Name documents to anybody who has their code",
        required=False,
        help_text="Otherwise the page behind a code only says whether the document is genuine.",
    )


class TeamForm(PeopleForm):
    """A team."""

    name = forms.CharField(label="Name", max_length=200)
    parent = forms.ModelChoiceField(queryset=Team.objects.all(), required=False, label="Part of", empty_label="The company")
    lead = PersonChoice(label="Lead", required=False, empty_label="Nobody yet", help_text="Holds the position Team lead.")
    cost_centre = forms.CharField(label="Cost centre", max_length=60, required=False)


class PositionForm(forms.Form):
    """A position."""

    name = forms.CharField(label="Name", max_length=200)
    description = forms.CharField(
        label="What it decides", required=False, max_length=20000, widget=forms.Textarea(attrs={"rows": 3})
    )


class NewPositionForm(PositionForm):
    """A position at birth."""

    per_team = forms.BooleanField(
        label="Held team by team", required=False, help_text="Such as Team lead: each team has its own holder."
    )


class HolderForm(PeopleForm):
    """Who holds a position, from when to when."""

    person = PersonChoice(label="Person")
    team = forms.ModelChoiceField(queryset=Team.objects.all(), required=False, empty_label="The whole company")
    is_deputy = forms.BooleanField(label="As deputy", required=False, help_text="Decides when the holder does not.")
    starts_on = DayField(label="From", required=False, help_text="Today, unless said otherwise.")
    ends_on = DayField(label="To and including", required=False, help_text="Open, unless said otherwise.")

    def __init__(self, *args: Any, position: Position, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not position.per_team:
            del self.fields["team"]


class EndForm(forms.Form):
    """When a holding ends."""

    ends_on = DayField(label="Last day", required=False, help_text="Leave empty to end it at once.")
    reason = forms.CharField(label="Why", required=False, max_length=2000)


class DelegationForm(PeopleForm):
    """Who decides in one's place, for how long, and why."""

    receiver = PersonChoice(label="Decides in your place")
    position = forms.ModelChoiceField(queryset=Position.objects.all(), required=False, empty_label="Every position held")
    starts_at = MomentField(label="From")
    ends_at = MomentField(label="Until")
    reason = forms.CharField(label="Why", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class AdminDelegationForm(DelegationForm):
    """A delegation that an administrator records for somebody who cannot."""

    giver = PersonChoice(label="In place of")
    field_order = ("giver", "receiver", "position", "starts_at", "ends_at", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver"].label = "Decides"


class ReassignForm(PeopleForm):
    """To whom things go."""

    to = PersonChoice(label="Give to")
    reason = forms.CharField(label="Why", required=False, max_length=2000)


class ServiceForm(forms.Form):
    """A service account."""

    name = forms.CharField(label="Name", max_length=200, help_text="What program acts under it, such as Claims gateway.")
    team = forms.ModelChoiceField(queryset=Team.objects.all(), required=False, empty_label="No team")


class TokenForm(forms.Form):
    """A token: what for, and until when."""

    DAYS = ((30, "30 days"), (90, "90 days"), (180, "180 days"), (366, "A year"))

    name = forms.CharField(label="Name", max_length=200, help_text="Where it will be used, such as CI of the claims team.")
    scopes = forms.MultipleChoiceField(label="May be used to", widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(label="Good for", choices=DAYS, coerce=int, initial=90)

    def __init__(self, *args: Any, role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["scopes"]
        offered.choices = scopes.choices_for(role)
        offered.choice_help = {name: name for name in scopes.SCOPES}

    def expires_at(self) -> Any:
        """Return the moment at which the chosen time is over."""
        return clock.now() + timedelta(days=self.cleaned_data["days"])
