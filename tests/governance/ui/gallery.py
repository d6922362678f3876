"""A small feature built on the kit, and a page with every component: for tests only, never installed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import django_filters
from django import forms
from django.urls import include, path, reverse
from django.utils.safestring import mark_safe

from governance.core import clock
from governance.core.errors import Conflict, Denied, Invalid, NotVisible, StaleState, TooLarge, Unavailable
from governance.core.models import Job
from governance.core.verdict import ALLOW, deny
from governance.people.models import User
from governance.ui import atoms
from governance.ui.extensions import BulkAction
from governance.ui.pages import (
    ActionPage,
    Button,
    Empty,
    Fact,
    Header,
    ListPage,
    Next,
    ObjectPage,
    Page,
    PageAction,
    Step,
    Tab,
    View,
    WizardPage,
)
from governance.ui.tables import Column, Table

STATES = {
    "done": ("held", "In force, r7"),
    "running": ("warn", "Human review"),
    "queued": ("wait", "Draft"),
    "failed": ("stop", "Runs off contract"),
    "cancelled": ("ok", "18 of 18"),
}


@dataclass
class Somebody:
    """A person who needs no database."""

    name: str
    pk: int = 0
    is_active: bool = True


def owner_of(job: Job) -> Somebody | None:
    """Return an invented owner."""
    return Somebody(job.args["owner"]) if job.args.get("owner") else None


class JobFilters(django_filters.FilterSet):
    """Words, state, kind, attempts and a span of days."""

    q = django_filters.CharFilter(field_name="label", lookup_expr="icontains", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=Job.State.choices, label="State")
    kind = django_filters.ChoiceFilter(choices=[("a", "Kind A"), ("b", "Kind B")], label="Kind")
    attempts = django_filters.NumberFilter(label="Attempts")
    asker = django_filters.ModelMultipleChoiceFilter(field_name="owner", queryset=User.objects.order_by("name"), label="Asked by")
    created = django_filters.DateFromToRangeFilter(field_name="created_at", label="Made")
    is_locked = django_filters.BooleanFilter(field_name="label", lookup_expr="isnull", label="Locked")

    class Meta:
        model = Job
        fields: list[str] = []


class JobTable(Table):
    """Jobs dressed up as the surfaces of the mock-up."""

    default_sort = "name"
    columns = (
        Column(
            "name",
            "Surface",
            "label",
            lead=True,
            sort="label",
            cell=lambda row: atoms.link(f"/things/{row.key}/", row.label, row.key),
        ),
        Column("tier", "Tier", "attempts", sort=("attempts", "label"), phone=True, cell=lambda row: atoms.tier(row.attempts)),
        Column("owner", "Owner", lambda row: row.args.get("owner", ""), phone=True, cell=lambda row: atoms.person(owner_of(row))),
        Column("team", "Team", lambda row: row.args.get("team", "")),
        Column("state", "State", "get_state_display", sort="state", phone=True, cell=lambda row: atoms.state(*STATES[row.state])),
        Column("calls", "Calls, 7 d", "total", numeric=True, sort="total"),
        Column("kind", "Kind", shown=False),
    )

    def url(self, row: Job) -> str:
        """Return the thing's page."""
        return f"/things/{row.key}/"

    def name(self, row: Job) -> str:
        """Return its name."""
        return row.label

    def tone(self, row: Job) -> str:
        """Tint what failed."""
        return "off" if row.state == "failed" and row.kind == "b" else ""


class OwnerForm(forms.Form):
    """Who gets it."""

    owner = forms.CharField(max_length=100)


def give_owner(row: Job, actor: Any, given: Any) -> Any:
    """Change one row; what is locked refuses."""
    if row.label.startswith("Locked"):
        raise Denied("It is locked.", fix="Unlock it first.")
    before = row.args.get("owner", "")
    row.args = {**row.args, "owner": given["owner"]}
    row.save()
    return before


def take_back(row: Job, actor: Any, memory: Any) -> None:
    """Undo."""
    row.args = {**row.args, "owner": memory}
    row.save()


class ThingList(ListPage):
    """The list."""

    key, url_name, title = "things", "things", "Surfaces"
    table, filterset = JobTable, JobFilters
    lead = "{total} places where a model is called, or may act."
    search_hint = "Find by name, owner or model"
    views = (View("All"), View("Live, by tier", "state=done&sort=-tier"), View("No owner", "state=failed"))
    actions = (PageAction("Register a surface", lambda user: "/things/-/new/", icon="plus", primary=True),)
    bulk = (
        BulkAction(
            "owner",
            "Give an owner",
            change=give_owner,
            form=OwnerForm,
            revert=take_back,
            describe=lambda row, given: (row.args.get("owner") or "nobody", given["owner"]),
            allowed=lambda row, actor, given: deny("It is locked.") if row.label.startswith("Locked") else ALLOW,
        ),
        BulkAction("close", "Close", change=lambda row, actor, given: None, describe=lambda row, given: ("open", "closed")),
    )
    empty = Empty(
        "No surfaces yet",
        "A surface is one place where the company calls a model, or lets one act. Begin with the one that worries you most.",
        "Register a surface",
        lambda user: "/things/-/new/",
        "Import a file",
        lambda user: "/palette/",
    )

    def rows(self, user: Any) -> Any:
        """Return the rows; hidden ones are nobody's."""
        return Job.objects.exclude(label__startswith="Hidden")


class EntryList(ThingList):
    """The same, paged by key."""

    key, url_name, keyset, bulk = "entries", "entries", "pk", ()


class ThingPage(ObjectPage):
    """The object."""

    url_name, lookup, parent = "thing", "key", ("Surfaces", "things")
    noun = "surface"
    tabs = (
        Tab("", "Overview", "gallery/overview.html", lambda page, obj: {"note": "seen"}),
        Tab("approvals", "Approvals", "gallery/overview.html", count=lambda user, obj: 4),
        Tab("secret", "Secret", "gallery/overview.html", shown=lambda user, obj: False),
    )

    def rows(self, user: Any) -> Any:
        """Return what may be seen."""
        return Job.objects.exclude(label__startswith="Hidden")

    def header(self, obj: Job) -> Header:
        """Return the header."""
        return Header(
            obj.label,
            obj.key,
            STATES[obj.state],
            obj.attempts,
            "Regulated",
            facts=(Fact("Owner", atoms.person(owner_of(obj))), Fact("Since", atoms.time(obj.created_at, "long"))),
            next=Next(
                "1,946 calls last week left the approved region.",
                "Revision 14 allows eu-central only.",
                "stop",
                (Button("Close the route", "/things/-/new/", kind="primary"), Button("See the finding", "/palette/")),
            ),
            buttons=(
                Button("Change", f"/things/{obj.key}/change/", "edit", dialog=True),
                Button("Lower mode", "/palette/", kind="stop", key="l"),
                Button("Approve", "/palette/", verdict=deny("Approving takes the position Security.", grantors=("Priya Raman",))),
            ),
        )


class ThingForm(forms.Form):
    """One of each kind of field."""

    label = forms.CharField(label="Name", help_text="As people call it.")
    why = forms.CharField(label="Why", widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(choices=[("", "Choose"), ("a", "Kind A"), ("b", "Kind B")], required=False)
    reach = forms.ChoiceField(
        choices=[("in", "Inside only"), ("out", "Reaches customers")], widget=forms.RadioSelect, required=False
    )
    sure = forms.BooleanField(label="I have read the contract", required=False)
    start = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), required=False)
    paper = forms.FileField(required=False)


ERRORS = {
    "invalid": Invalid("The name is taken.", fields={"label": ["Somebody has this name."], "elsewhere": ["And more."]}),
    "denied": Denied("Your role does not allow this.", grantors=["Rosa Lindqvist"]),
    "stale": StaleState("Noor Haddad changed it at 21:38.", fix="Read what is new, then send again."),
    "conflict": Conflict("There is one in force already."),
    "large": TooLarge("That is 9 MB; 5 MB are taken."),
    "off": Unavailable("The press is off.", fix="Install Pango."),
}


class ChangeThing(ActionPage):
    """Changes a thing; certain names raise certain errors."""

    title, submit, form_class = "Change the surface", "Save", ThingForm
    lead = "Takes effect at once."

    def load(self) -> Job:
        """Return the job."""
        found = Job.objects.filter(key=self.kwargs["key"]).first()
        if found is None:
            raise NotVisible("There is no such thing.", fix="Look in the list.")
        return found

    def verdict(self, obj: Job) -> Any:
        """Refuse what is locked."""
        return deny("It is locked.", grantors=("Rosa Lindqvist",)) if obj.label.startswith("Locked") else ALLOW

    def initial(self, obj: Job) -> dict[str, Any]:
        """Start with what is."""
        return {"label": obj.label}

    def perform(self, obj: Job, given: Any) -> Job:
        """Rename."""
        if given["label"] in ERRORS:
            raise ERRORS[given["label"]]
        obj.label = given["label"]
        obj.save()
        return obj

    def back_url(self, obj: Job) -> str:
        """Return its page."""
        return reverse("thing", args=[obj.key])

    def success_url(self, result: Job) -> str:
        """Return its page."""
        return reverse("thing", args=[result.key])

    def said(self, result: Job) -> str:
        """Say so."""
        return f"{result.label} is saved."


class NameStep(forms.Form):
    """The first question."""

    name = forms.CharField(label="What do people call it?")


class ReachStep(forms.Form):
    """The second."""

    reach = forms.ChoiceField(
        label="Who sees what it says?", choices=[("in", "Only people here"), ("out", "Customers")], widget=forms.RadioSelect
    )
    reach.choice_help = {"in": "staff read it first"}  # type: ignore[attr-defined]


class CustomerStep(forms.Form):
    """Asked only where customers are reached."""

    many = forms.IntegerField(label="How many customers a week?")


class Register(WizardPage):
    """Guided input with its draft in the session."""

    title, url_name, finish_label, aside_template = "Register a surface", "register", "Register", "gallery/aside.html"
    steps = (
        Step("name", "What is it called?", NameStep, "The name people use."),
        Step("reach", "Whom does it reach?", ReachStep),
        Step("customers", "How many?", CustomerStep, asked=lambda answers: answers.get("reach") == "out"),
    )

    def answers(self) -> dict[str, Any]:
        """Read the draft."""
        return dict(self.request.session.get("draft", {}))

    def keep(self, step: Step, given: Any) -> None:
        """Keep an answer."""
        self.request.session["draft"] = {**self.answers(), **given}

    def finish(self) -> Any:
        """Make it."""
        return Job.objects.create(kind="a", key="made", label=self.answers()["name"])

    def success_url(self, result: Job) -> str:
        """Return its page."""
        return reverse("thing", args=[result.key])

    def step_url(self, step: Step) -> str:
        """Return a step's address."""
        return reverse("register", args=[step.slug])

    def aside(self, answers: Any) -> dict[str, Any]:
        """Show the tier that follows."""
        return {"suggested": 2 if answers.get("reach") == "out" else 0}


class Line:
    """An inbox line, an entry, a diff item: whatever attributes a component reads."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(
            {"late": False, "soon": False, "tier": None, "detail": "", "due": None, "tone": "", "note": "", **values}
        )


class Gallery(Page):
    """Every component."""

    title, template = "Gallery", "gallery/components.html"

    def context(self, **more: Any) -> dict[str, Any]:
        """Return what the components show."""
        now = clock.now()
        noor = Somebody("Noor Haddad", 7)
        form = ThingForm({"label": ""})
        return super().context(
            now=now,
            noor=noor,
            nobody=None,
            left=Somebody("Karl Nyberg", 8, False),
            form=form,
            digest="9f3c" + "0" * 56 + "a41d",
            soon=now + timedelta(minutes=6),
            old=datetime(2025, 10, 8, 15, 20, tzinfo=UTC),
            lines=[
                Line(
                    verb="Decide",
                    title="Claims payout agent may release payments",
                    url="/x",
                    detail="C-1192",
                    tier=4,
                    due=now,
                    soon=True,
                ),
                Line(verb="Do", title="Name an owner", url="/y", due=now - timedelta(days=1), late=True),
                Line(verb="Sign", title="Charter", url="/z", due=now + timedelta(days=5)),
            ],
            entries=[
                Line(html=mark_safe("<b>Noor Haddad</b> lowered the mode."), at=now, tone="warn", seq=47644),
                Line(
                    html=mark_safe("<b>Revision 14</b> came into force."), at=now, tone="held", seq=45210, note="Kept as it was."
                ),
            ],
            changes=[Line(name="Model", small="primary route", html=mark_safe("<del>a</del> <ins>b</ins>"), why="New.")],
            contract=[("Inputs", "what it may see", "Claim form."), ("Outputs", "what it may say", "")],
            rungs=[("Normal", False), ("Human review", True), ("Off", False)],
            counts=[("ok", 16), ("held", 1), ("stop", 1)],
            refusal=deny("Approving for Security takes the position Security.", grantors=("Priya Raman",)),
            approved=("ok", "approved"),
            waiting=("wait", "waiting"),
            **more,
        )


class Raiser(Page):
    """Raises what it is asked to."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Raise."""
        if kwargs["name"] == "broken":
            raise RuntimeError("broken on purpose")
        raise ERRORS[kwargs["name"]]


class Home(Page):
    """A place to come back to."""

    title, template = "Briefing", "gallery/home.html"


urlpatterns = [
    path("", Home.as_view(), name="home"),
    path("", include("governance.ui.urls")),
    path("accounts/", include("allauth.urls")),
    path("gallery/", Gallery.as_view(), name="gallery"),
    path("raise/<str:name>/", Raiser.as_view()),
    *ThingList.urls("things/"),
    *EntryList.urls("entries/"),
    path("things/<str:key>/change/", ChangeThing.as_view(), name="thing-change"),
    *ThingPage.urls("things/<str:key>/"),
    *Register.urls("register/"),
]
handler400 = "governance.ui.errors.bad_request"
handler403 = "governance.ui.errors.forbidden"
handler404 = "governance.ui.errors.not_found"
handler500 = "governance.ui.errors.server_error"
