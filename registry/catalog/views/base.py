"""What pages of vendors, endpoints and tools share: header, tabs, and the ways to act on a thing."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.urls import reverse

from governance.approvals import queries as approvals
from governance.approvals.views import table_of
from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.people import roles
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Fact, Header, Next, ObjectPage, Tab
from registry.catalog import actions, queries, rules
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
    held: Any = None

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
        self.held = queries.quarantine_of(obj)
        stopped = (_held(self.held),) if self.held is not None else ()
        return Header(
            obj.name, obj.key, state=(TONES[obj.state], obj.get_state_display()), facts=(*stopped, owner, *self.facts(obj)),
            next=self._stopped(self.held) if self.held is not None else self.next(obj), buttons=self.buttons(obj),
        )  # fmt: skip

    def _stopped(self, held: Any) -> Next:
        look = Button("Look at the quarantine", held.get_absolute_url())
        return Next(f"No surface uses it: {held.name} is in quarantine.", held.reason[:300], "stop", (look,))

    def address(self, obj: Any, what: str) -> str:
        """Return where something is done to a thing."""
        return reverse(f"{self.url_name}-{what}", args=[obj.key])

    def next(self, obj: Any) -> Next | None:
        """Return the one next action: an owner, approval, or whoever is asked."""
        if self.waiting is not None:
            look = Button("See who decides", reverse("approval", args=[self.waiting.key]))
            return Next("It waits for approval.", f"Asked by {self.waiting.requester}.", "", (look,))
        if is_unowned(obj) and obj.state != State.RETIRED:
            give = Button(
                "Name an owner",
                self.address(obj, "owner"),
                "person",
                "primary",
                dialog=True,
                verdict=rules.may_give(self.user, obj),
            )
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
            return (
                Button(
                    "Take it up again", self.address(obj, "reopen"), "restore", dialog=True, verdict=rules.may_reopen(user, obj)
                ),
            )
        edit = rules.may_edit(user, obj)
        found = [Button("Edit", self.address(obj, "edit"), "edit", verdict=edit), *self.more(obj)]
        if roles.may_write(user) and (self.held is None or self.held.kind != queries.kind_of(obj)):
            place = reverse("quarantine-place", args=[queries.kind_of(obj), obj.key])
            found.append(Button("Quarantine", place, "power", "stop", dialog=True))
        if not edit:
            return tuple(found)
        found.append(Button("Give to another", self.address(obj, "owner"), "person", "bare", dialog=True))
        if obj.state == State.APPROVED:
            found.append(Button("Suspend", self.address(obj, "suspend"), "power", "bare", dialog=True))
        if not waiting:
            found.append(Button("Retire", self.address(obj, "retire"), "archive", "bare", dialog=True))
        return tuple(found)


def _held(held: Any) -> Fact:
    return Fact("Quarantine", atoms.link(held.get_absolute_url(), atoms.state("stop", "No surface uses it"), held.key))


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
