"""HTML input of on call. Rows that grow (people of a layer, steps of a path) are numbered fields with some left over."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.utils import timezone

from governance.channels.models import Channel
from governance.core import clock
from governance.people import queries as people
from governance.people.forms import zones
from governance.people.models import Position, Team, User
from governance.policy.models import IncidentCategory, Tier
from registry.oncall import rules
from registry.oncall.actions import LayerTerms, StepTerms
from registry.oncall.actions.paths import Target
from registry.oncall.models import LONGEST_WAIT, MOST_REPEATS, EscalationPath, Rota, RotaLayer

SPARE_PEOPLE, SPARE_STEPS, SPARE_TARGETS = 3, 1, 1
LEAST_PEOPLE, LEAST_STEPS, LEAST_TARGETS = 4, 2, 2
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
HOUR = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
Choices = list[tuple[str, str]]


def moment_field(label: str, help_text: str = "") -> forms.DateTimeField:
    """Return a field for a day and an hour in the reader's zone."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, help_text=help_text, widget=widget)


def person_choices() -> Choices:
    """Return the active people by reference."""
    return [(person.ref, person.name) for person in people.active_people().order_by("name").only("ref", "name")]


def reason_field() -> forms.CharField:
    """Return a field for a reason that may stay empty."""
    return forms.CharField(required=False, max_length=1000, label="Why", widget=forms.Textarea(attrs={"rows": 2}))


class TeamField(forms.ModelChoiceField):
    """One of some teams."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Team.objects.none(), label="Team", **kwargs)


class RotaForm(forms.Form):
    """What a rota is called, whose it is, by which clock it turns."""

    name = forms.CharField(max_length=200, label="Name", help_text="As it is spoken of: Claims on call.")
    team = TeamField(empty_label=None, help_text="Its lead keeps the rota, its people may cover for each other.")
    time_zone = forms.ChoiceField(label="Time zone", help_text="Hand-overs keep their hour here, also when the clocks change.")

    def __init__(self, *args: Any, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(TeamField, self.fields["team"]).queryset = teams
        offered, held = zones(), self.initial.get("time_zone")
        if held and all(held != name for name, _ in offered):
            offered = [*offered, (held, held)]
        cast(forms.ChoiceField, self.fields["time_zone"]).choices = offered


class LayerForm(forms.Form):
    """People who take turns, how long a turn lasts, and in which hours the layer answers."""

    name = forms.CharField(max_length=100, label="Name", help_text="Such as Primary, Nights, Weekends.")
    every = forms.IntegerField(min_value=1, max_value=168, label="A turn lasts")
    rotation = forms.ChoiceField(choices=RotaLayer.Rotation.choices, label="Hours, days or weeks")
    handover = forms.TimeField(label="Hand-over at", widget=HOUR)
    starts_on = forms.DateField(label="First turn begins on", widget=DAY, help_text="Weekly turns hand over on this weekday.")
    weekdays = forms.TypedMultipleChoiceField(
        choices=list(enumerate(rules.DAYS)),
        coerce=int,
        required=False,
        label="Only on",
        help_text="None ticked: at all times.",
        widget=forms.CheckboxSelectMultiple,
    )
    since = forms.TimeField(required=False, label="From", widget=HOUR)
    until = forms.TimeField(required=False, label="Until", widget=HOUR, help_text="Before or at From: until the next day.")
    order = forms.IntegerField(
        min_value=1, max_value=99, required=False, label="Height", help_text="The highest layer that covers a moment answers."
    )

    def __init__(self, *args: Any, taking: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Choices = [("", "Nobody"), *person_choices()]
        count = min(max(LEAST_PEOPLE, taking + SPARE_PEOPLE), rules.MOST_PEOPLE)
        if self.is_bound:
            count = max(count, sum(1 for name in self.data if name.startswith("person_")))
        for place in range(1, count + 1):
            self.fields[f"person_{place}"] = forms.ChoiceField(choices=choices, required=False, label=f"Turn {place}")

    @property
    def turns(self) -> list[forms.BoundField]:
        """The fields of the people, in the order of their turns."""
        return [self[name] for name in self.fields if name.startswith("person_")]

    def clean(self) -> dict[str, Any]:
        """Refuse a layer without people, and hours that are said by half."""
        given = super().clean() or self.cleaned_data
        if not any(given.get(name) for name in self.fields if name.startswith("person_")):
            self.add_error("person_1", "Somebody takes turns in it: choose at least one person.")
        hours = given.get("since"), given.get("until")
        if given.get("weekdays") and None in hours:
            self.add_error("since" if hours[0] is None else "until", "Say from when until when.")
        if not given.get("weekdays") and any(hours):
            self.add_error("weekdays", "Tick the days on which these hours hold.")
        return given

    def terms(self) -> LayerTerms:
        """Return what was typed as the action takes it."""
        given = self.cleaned_data
        chosen = [given[name] for name in self.fields if name.startswith("person_") and given[name]]
        found = {person.ref: person for person in User.objects.filter(ref__in=chosen)}
        restriction: Mapping[str, Any] = {}
        if given["weekdays"]:
            hours = {"from": given["since"].isoformat("minutes"), "to": given["until"].isoformat("minutes")}
            restriction = {"weekdays": sorted(given["weekdays"]), **hours}
        return LayerTerms(
            name=given["name"],
            people=[found[ref] for ref in chosen],
            starts_on=given["starts_on"],
            rotation=given["rotation"],
            every=given["every"],
            handover=given["handover"],
            restriction=restriction,
            order=given["order"] or 0,
        )


class CoverForm(forms.Form):
    """Somebody else for a while."""

    person = forms.ChoiceField(label="Who is on call instead")
    starts_at = moment_field("From", "In your time zone.")
    ends_at = moment_field("Until")
    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["person"]).choices = person_choices()

    @staticmethod
    def start(user: User) -> dict[str, Any]:
        """Return what it begins with: oneself, from the next full hour, for a day."""
        since = timezone.localtime(clock.now()).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return {"person": user.ref, "starts_at": since, "ends_at": since + timedelta(days=1)}


class ReasonForm(forms.Form):
    """Why."""

    reason = reason_field()


class PathForm(forms.Form):
    """What a path is called, whose it is, how often it begins anew."""

    name = forms.CharField(max_length=200, label="Name")
    team = TeamField(required=False, empty_label="The whole company", help_text="Its lead keeps the path.")
    repeat = forms.IntegerField(
        min_value=0,
        max_value=MOST_REPEATS,
        label="Begins anew",
        help_text="How often it is gone through again when nobody acknowledges. After that the fallback path is taken.",
    )

    def __init__(self, *args: Any, teams: Any, needs_team: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(TeamField, self.fields["team"])
        field.queryset = teams
        if needs_team:
            field.required, field.empty_label = True, None


def target_choices() -> list[tuple[str, Any]]:
    """Return whom a step can tell: rotas, people, positions and channels, in groups."""
    rotas = Rota.objects.filter(state=Rota.State.ACTIVE).values_list("key", "name")
    channels = Channel.objects.exclude(state=Channel.State.RETIRED)
    return [
        ("", "Nobody"),
        ("Rotas", [(f"rota:{key}", name) for key, name in rotas]),
        ("Channels", [(f"channel:{each.pk}", each.name) for each in channels]),
        ("Positions", [(f"position:{key}", name) for key, name in Position.objects.values_list("key", "name")]),
        ("People", [(f"person:{ref}", name) for ref, name in person_choices()]),
    ]


def token_of(target: Target) -> str:
    """Return how a target stands in the choices."""
    if isinstance(target, User):
        return f"person:{target.ref}"
    if isinstance(target, Channel):
        return f"channel:{target.pk}"
    return f"{'rota' if isinstance(target, Rota) else 'position'}:{target.key}"


class StepsForm(forms.Form):
    """The steps of a path: whom each tells, and how long it waits."""

    def __init__(self, *args: Any, steps: Sequence[StepTerms] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = target_choices()
        count = min(max(LEAST_STEPS, len(steps) + SPARE_STEPS), rules.MOST_STEPS)
        for number in range(1, count + 1):
            step = steps[number - 1] if number <= len(steps) else None
            tokens = [token_of(each) for each in step.targets] if step else []
            for place in range(1, max(LEAST_TARGETS, len(tokens) + SPARE_TARGETS) + 1):
                first = tokens[place - 1] if place <= len(tokens) else ""
                label = "Tells" if place == 1 else "and"
                self.fields[f"tells_{number}_{place}"] = forms.ChoiceField(
                    choices=choices, required=False, label=label, initial=first
                )
            self.fields[f"wait_{number}"] = forms.IntegerField(
                min_value=1,
                max_value=LONGEST_WAIT,
                required=False,
                label="Minutes until the next step",
                initial=step.wait_minutes if step else 10,
            )
        self.count = count

    def clean(self) -> dict[str, Any]:
        """Refuse a step that tells somebody and does not say how long it waits."""
        given = super().clean() or self.cleaned_data
        for number, tells, wait in self.rows:
            if any(given.get(field.name) for field in tells) and given.get(wait.name) is None and not wait.errors:
                self.add_error(wait.name, f"Say after how many minutes step {number} gives way.")
        return given

    @property
    def rows(self) -> list[tuple[int, list[forms.BoundField], forms.BoundField]]:
        """The steps with their fields."""
        return [
            (number, [self[name] for name in self.fields if name.startswith(f"tells_{number}_")], self[f"wait_{number}"])
            for number in range(1, self.count + 1)
        ]

    def terms(self) -> list[StepTerms]:
        """Return the steps that tell anybody, in order."""
        tokens = {
            number: [self.cleaned_data[field.name] for field in tells if self.cleaned_data.get(field.name)]
            for number, tells, _ in self.rows
        }
        found = targets_of([token for held in tokens.values() for token in held])
        return [
            StepTerms([found[token] for token in dict.fromkeys(held)], self.cleaned_data[f"wait_{number}"])
            for number, held in tokens.items()
            if held
        ]


def targets_of(tokens: Sequence[str]) -> dict[str, Target]:
    """Return the rotas, people, positions and channels behind tokens (rota:claims); unknown ones are left out."""
    named: dict[str, set[str]] = {}
    for token in tokens:
        kind, _, key = token.partition(":")
        named.setdefault(kind, set()).add(key)
    numbers = {int(key) for key in named.get("channel", ()) if key.isdecimal() and len(key) < 19}
    return {
        **{f"rota:{each.key}": each for each in Rota.objects.filter(key__in=named.get("rota", ()))},
        **{f"person:{each.ref}": each for each in User.objects.filter(ref__in=named.get("person", ()))},
        **{f"position:{each.key}": each for each in Position.objects.filter(key__in=named.get("position", ()))},
        **{f"channel:{each.pk}": each for each in Channel.objects.filter(pk__in=numbers)},
    }


class NewPathForm(PathForm, StepsForm):
    """A path with its steps."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class PathField(forms.ModelChoiceField):
    """One of the paths in use."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=EscalationPath.objects.none(), label="Leads to", empty_label=None, **kwargs)


class LeadForm(forms.Form):
    """Where a route leads."""

    path = PathField()
    reason = reason_field()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = EscalationPath.objects.visible_to(user).filter(state=EscalationPath.State.ACTIVE)
        cast(PathField, self.fields["path"]).queryset = active


def category_choices() -> Choices:
    """Return the kinds of incident that policy knows, any first."""
    held = IncidentCategory.objects.filter(is_retired=False).values_list("key", "name")
    return [("", "Any kind"), *held]


def tier_choices() -> Choices:
    """Return the tiers, any first."""
    return [
        ("", "Any tier"),
        *((str(number), f"T{number} {name}") for number, name in Tier.objects.values_list("number", "name")),
    ]


class MatchForm(forms.Form):
    """What happened where: for trying the routes, and the part of a route that says what it answers."""

    category = forms.ChoiceField(required=False, label="Kind of incident")
    tier = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label="Tier")
    team = TeamField(required=False, empty_label="Any team")
    surface = forms.CharField(required=False, max_length=40, label="Surface", help_text="Its key, such as S-0418.")

    def __init__(self, *args: Any, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["category"]).choices = category_choices()
        cast(forms.ChoiceField, self.fields["tier"]).choices = tier_choices()
        cast(TeamField, self.fields["team"]).queryset = teams


class RouteForm(MatchForm, LeadForm):
    """A route: what it answers, and where it leads."""

    field_order = ("surface", "team", "category", "tier", "path", "reason")
