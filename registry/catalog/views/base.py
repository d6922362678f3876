"""What pages of vendors, endpoints and tools share: header, tabs, and the ways to act on a thing."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.urls import URLPattern, path, reverse

from governance.approvals import queries as approvals
from governance.approvals.views import table_of
from governance.core.verdict import Verdict, deny
from governance.ledger.queries import lines_for
from governance.ui import atoms
from governance.ui.extensions import BulkAction
from governance.ui.pages import ActionPage, Button, Fact, Header, Next, ObjectPage, Tab
from registry.catalog import actions, forms, queries, rules
from registry.catalog.models import CatalogState
from registry.catalog.rules import Item
from registry.catalog.tables import TONES, is_unowned

State = CatalogState


def _approvals(page: ObjectPage, item: Any) -> dict[str, Any]:
    requests = approvals.of_subject(queries.kind_of(item), item.pk)
    return {"requests": [(request, table_of(request, page.user)) for request in requests]}


APPROVALS = Tab("approvals", "Approvals", "registry/catalog/_approvals.html", _approvals)
ACTIVITY = Tab(
    "activity",
    "Activity",
    "governance/ledger/_activity.html",
    lambda page, item: lines_for(item, page.request.GET.get("before")),
)


class ItemPage(ObjectPage):
    """Base of a vendor's, an endpoint's, a tool's page."""

    model: ClassVar[type[Item]]

    @property
    def noun(self) -> str:
        """What one such thing is called."""
        return str(self.model._meta.verbose_name)

    def load(self) -> Any:
        """Return the thing of the address, and what it waits on."""
        item = queries.get(self.model, self.user, self.kwargs["key"])
        self.waiting = queries.open_request(item)
        return item

    def facts(self, obj: Any) -> tuple[Fact, ...]:
        """Return what stands in the header beside the owner."""
        return ()

    def more(self, obj: Any) -> tuple[Button, ...]:
        """Return further buttons."""
        return ()

    def header(self, obj: Any) -> Header:
        """Say whether it may be used, who answers for it, and the one next thing."""
        owner = Fact("Owner", atoms.person(obj.owner, me=self.user))
        return Header(
            obj.name, obj.key, state=(TONES[obj.state], obj.get_state_display()), facts=(owner, *self.facts(obj)),
            next=self.next(obj), buttons=self.buttons(obj),
        )  # fmt: skip

    def address(self, obj: Any, what: str) -> str:
        """Return where something is done to a thing."""
        return reverse(f"{self.url_name}-{what}", args=[obj.key])

    def next(self, obj: Any) -> Next | None:
        """Return the one next action: an owner, approval, or whoever is asked."""
        if self.waiting is not None:
            look = Button("See who decides", reverse("approval", args=[self.waiting.key]))
            return Next("It waits for approval.", f"Asked by {self.waiting.requester}.", "", (look,))
        if is_unowned(obj) and obj.state != State.RETIRED:
            give = Button("Name an owner", self.address(obj, "owner"), "person", "primary", dialog=True, verdict=rules.may_give(self.user, obj))
            return Next("Nobody answers for it.", "One active person has to.", "stop", (give,))
        if obj.state == State.RETIRED:
            return None
        if obj.state != State.APPROVED:
            verdict = rules.may_propose(self.user, obj, waiting=False)
            propose = Button("Propose it for use", self.address(obj, "propose"), "send", "primary", dialog=True, verdict=verdict)
            text = "It is suspended." if obj.state == State.SUSPENDED else "It is not approved for use."
            return Next(text, "The people whom policy names decide on it.", "warn", (propose,))
        return None

    def buttons(self, obj: Any) -> tuple[Button, ...]:
        """Return what can be done with it."""
        user, waiting = self.user, self.waiting is not None
        if obj.state == State.RETIRED:
            return (Button("Take it up again", self.address(obj, "reopen"), "restore", dialog=True, verdict=rules.may_reopen(user, obj)),)
        edit = rules.may_edit(user, obj)
        found = [Button("Edit", self.address(obj, "edit"), "edit", verdict=edit), *self.more(obj)]
        if not edit:
            return tuple(found)
        found.append(Button("Give to another", self.address(obj, "owner"), "person", "bare", dialog=True))
        if obj.state == State.APPROVED:
            found.append(Button("Suspend", self.address(obj, "suspend"), "power", "bare", dialog=True))
        if not waiting:
            found.append(Button("Retire", self.address(obj, "retire"), "archive", "bare", dialog=True))
        return tuple(found)


class ItemAction(ActionPage):
    """Base of what is done to a thing."""

    model: ClassVar[type[Item]]
    name: ClassVar[str]

    def load(self) -> Any:
        """Return the thing of the address."""
        return queries.get(self.model, self.user, self.kwargs["key"])

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person may change it."""
        return rules.may_edit(self.user, obj)

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        plural = f"{self.name}s"
        return [(plural.capitalize(), reverse(plural)), (self.obj.name, self.obj.get_absolute_url()), (self.get_title(), "")]


class AddItem(ActionPage):
    """Base of adding a thing."""

    name: ClassVar[str]
    submit = "Add it"
    lead = "It is proposed until the people whom policy names have approved it."

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person may add."""
        return rules.may_add(self.user)

    def form_arguments(self, obj: Any) -> dict[str, Any]:
        """Offer people and vendors."""
        return {"user": self.user}

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        return [(f"{self.name}s".capitalize(), reverse(f"{self.name}s")), ("New", "")]

    def back_url(self, obj: Any) -> str:
        """Return the list."""
        return reverse(f"{self.name}s")

    def said(self, result: Any) -> str:
        """Say that it is there."""
        return f"{result.name} is added. Propose it when it is ready to be used."


class EditItem(ItemAction):
    """Base of changing a thing's facts."""

    def get_title(self) -> str:
        """Name the thing."""
        return f"Edit {self.obj.name}"

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with what is there."""
        fields: Any = self.form_class
        return {name: getattr(obj, f"{name}_id" if name == "vendor" else name) for name in fields.Meta.fields if name != "key"}

    def form_arguments(self, obj: Any) -> dict[str, Any]:
        """Leave key and owner out; they have their own ways."""
        return {"user": self.user, "item": obj}

    def build(self, obj: Any, bound: bool) -> Any:
        """Say which changes take a new approval."""
        form: Any = super().build(obj, bound)
        form.note_material(obj)
        return form

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Any:
        """Change what differs."""
        return actions.change_item(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Any) -> str:
        """Say that it is saved, and what it means for approval."""
        again = " It has to be approved again." if result.state == State.PROPOSED and self.was_approved else ""
        return f"{result.name} is saved.{again}"

    was_approved = False

    def load(self) -> Any:
        """Remember whether it was approved."""
        item = super().load()
        self.was_approved = item.state == State.APPROVED
        return item


class GiveItem(ItemAction):
    """Name another owner."""

    title, submit, form_class = "Give to another owner", "Give it", forms.GiveForm

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person may."""
        return rules.may_give(self.user, obj)

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Any:
        """Give it."""
        return actions.give_owner(obj, actor=self.user, to=given["owner"], reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: Any) -> str:
        """Say who owns it."""
        return f"{result.owner} answers for {result.name} now."


class ProposeItem(ItemAction):
    """Put a thing before those who approve it."""

    title, submit, form_class = "Propose it for use", "Propose it", forms.WhyForm

    def verdict(self, obj: Any) -> Verdict:
        """Say whether it can be proposed."""
        return rules.may_propose(self.user, obj, waiting=queries.open_request(obj) is not None)

    @property
    def lead(self) -> str:  # type: ignore[override]
        """Say who will be asked."""
        asked = queries.approvers(self.name)
        return f"{asked} sign it as it is. You cannot approve it yourself." if asked else "Policy asks for no approval of this."

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Any:
        """Propose."""
        actions.propose(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)
        return obj

    def said(self, result: Any) -> str:
        """Say what happens now."""
        return f"{result.name} is before those who decide."


class SuspendItem(ItemAction):
    """Take a thing out of use."""

    title, submit, tone, form_class = "Suspend it", "Suspend it", "stop", forms.NeededWhyForm
    lead = "It may not be used from this moment on. Using it again takes approval."

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person may."""
        return rules.may_suspend(self.user, obj)

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Any:
        """Suspend."""
        return actions.suspend(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: Any) -> str:
        """Say that it is suspended."""
        return f"{result.name} is suspended."


class RetireItem(ItemAction):
    """Close a thing's record."""

    title, submit, tone, form_class = "Retire it", "Retire it", "stop", forms.WhyForm
    lead = "Its record stays readable. A contract that still names it is out of line."

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person may."""
        return rules.may_retire(self.user, obj, waiting=queries.open_request(obj) is not None)

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Any:
        """Retire."""
        return actions.retire(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: Any) -> str:
        """Say that it is retired."""
        return f"{result.name} is retired."


class ReopenItem(ItemAction):
    """Take a retired thing up again."""

    title, submit, form_class = "Take it up again", "Take it up", forms.WhyForm
    lead = "It is proposed then, and needs approval before it is used."

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person may."""
        return rules.may_reopen(self.user, obj)

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Any:
        """Reopen."""
        return actions.reopen(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)


WAYS = {"owner": GiveItem, "propose": ProposeItem, "suspend": SuspendItem, "retire": RetireItem, "reopen": ReopenItem}


def ways(name: str, model: type[Item]) -> list[URLPattern]:
    """Return the routes of what is done alike to vendors, endpoints and tools."""
    return [
        path(
            f"{name}s/<str:key>/{way}/",
            type(f"{model.__name__}{page.__name__}", (page,), {"model": model, "name": name}).as_view(),  # type: ignore[attr-defined]
            name=f"{name}-{way}",
        )
        for way, page in WAYS.items()
    ]


def _give(row: Any, actor: Any, given: Mapping[str, Any]) -> Any:
    before = row.owner.ref if row.owner else None
    actions.give_owner(row, actor=actor, to=given["owner"], reason=given.get("reason", ""))
    return before


def _give_back(row: Any, actor: Any, memory: Any) -> None:
    actions.give_owner(row, actor=actor, to=queries.person(memory), reason="Undone.")


GIVE = BulkAction(
    "owner",
    "Give an owner",
    _give,
    lambda row, given: (atoms.person(row.owner), atoms.person(given["owner"])),
    forms.GiveForm,
    lambda row, actor, given: _may_give_to(row, actor, given),
    _give_back,
    shown=lambda user: bool(rules.may_add(user)),
)


def _may_give_to(row: Any, actor: Any, given: Mapping[str, Any]) -> Verdict:
    if given["owner"].pk == row.owner_id:
        return deny("They own it already.")
    return rules.may_give(actor, row)

