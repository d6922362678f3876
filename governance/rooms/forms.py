"""HTML input of rooms."""

from typing import Any

from django import forms

from governance.people import queries as people
from governance.people.models import User
from governance.rooms.models import Room

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RoomForm(forms.Form):
    """What a room is called, for whom it is, and who keeps it."""

    title = forms.CharField(max_length=200, label="Title", help_text="Its viewers read this first.")
    audience = forms.CharField(max_length=200, required=False, label="For whom", help_text="The company that buys or looks.")
    welcome = forms.CharField(
        max_length=4000,
        required=False,
        label="Words of welcome",
        help_text="What they find here, and whom they ask.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    owner = forms.ModelChoiceField(queryset=User.objects.none(), label="Kept by", empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people.active_people().order_by("name")  # type: ignore[attr-defined]


class NewRoomForm(RoomForm):
    """A new room, and who comes in."""

    kind = forms.ChoiceField(
        choices=[(Room.Kind.INVITED, "Only by a link"), (Room.Kind.PUBLIC, "Everybody, on the public page")],
        label="Who comes in",
        widget=forms.RadioSelect,
    )
    field_order = ("title", "audience", "welcome", "kind", "owner")


class LinkForm(forms.Form):
    """Who is let in, until when, with which password."""

    viewer_name = forms.CharField(max_length=200, label="Who opens it", help_text="One person. Every page is marked for them.")
    viewer_email = forms.EmailField(max_length=254, label="Their e-mail address")
    expires_on = forms.DateField(label="Last day", widget=DAY)
    password = forms.CharField(
        max_length=200,
        required=False,
        label="Password",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Send it by another way than the link.",
    )

    def __init__(self, *args: Any, required: bool = False, longest: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].required = required
        self.fields["expires_on"].help_text = f"Policy allows {longest} days at most."


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(max_length=2000, label="Why", widget=forms.Textarea(attrs={"rows": 2}))


class TakeOutForm(forms.Form):
    """Why something is taken out, where there is anything to say."""

    reason = forms.CharField(max_length=2000, required=False, label="Why", widget=forms.Textarea(attrs={"rows": 2}))


class DoorForm(forms.Form):
    """The password of a link that has one."""

    password = forms.CharField(
        max_length=200, label="Password", widget=forms.PasswordInput(attrs={"autocomplete": "off", "autofocus": True})
    )


class FindForm(forms.Form):
    """Words to find what can be put into a room."""

    q = forms.CharField(max_length=100, required=False, label="Find", widget=forms.TextInput(attrs={"type": "search"}))
