"""Action items: one of them, and what is done with it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.urls import reverse

from governance.core import clock
from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Fact, Header, Next, ObjectPage, Tab
from incidents.cases import queries as cases
from incidents.cases.models import Incident
from incidents.postmortems import actions, forms, queries, reading, rules
from incidents.postmortems.models import ActionItem
from incidents.postmortems.tables import state_of


class ItemPage(ObjectPage):
    """One action item."""

    url_name, lookup, parent = "action-item", "key", ("Action items", "action-items")
    tabs = (
        Tab(
            "",
            "Overview",
            "incidents/postmortems/_item.html",
            lambda page, item: {"line": reading.item_line(item), "may_point": page.may_point(item), "subject": item},
        ),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, item: lines_for(item, page.request.GET.get("before")),
        ),
    )

    def load(self) -> ActionItem:
        """Return the item of the address."""
        return queries.get_item(self.user, self.kwargs["key"])

    def may_point(self, item: ActionItem) -> bool:
        """Whether this person may say what changes by it."""
        sees = queries.sees(self.user, item.incident)
        return item.state != ActionItem.State.DROPPED and bool(rules.may_contribute(self.user, sees))

    def header(self, obj: ActionItem) -> Header:
        """Say what is to be done, by whom, until when, and what comes next."""
        incident = obj.incident
        facts = [
            Fact("Owner", atoms.person(obj.owner, me=self.user)),
            Fact("Due", atoms.time(obj.due_on, "long")),
            Fact("Incident", atoms.link(incident.get_absolute_url(), incident.title, incident.key)),
        ]
        if obj.postmortem is not None:
            facts.append(Fact("Postmortem", atoms.link(obj.postmortem.get_absolute_url(), obj.postmortem.key)))
        return Header(
            obj.what, obj.key, state=state_of(obj), facts=tuple(facts), next=self.next_step(obj), buttons=self.buttons(obj)
        )

    def next_step(self, item: ActionItem) -> Next | None:
        """Return the one thing to do: do it, or verify it."""
        if item.state == ActionItem.State.OPEN and item.owner_id == self.user.pk and rules.may_do(self.user, item):
            done = Button("It is done", reverse("action-item-done", args=[item.key]), kind="primary", dialog=True)
            late = state_of(item)[0] == "stop"
            words = "It was due" if late else "It is due"
            said = f"{words} {atoms.day(item.due_on)}."
            return Next(said, "Somebody else looks and verifies it.", "stop" if late else "", (done,))
        if rules.may_verify(self.user, item, queries.sees(self.user, item.incident)):
            verify = Button("Verify it", reverse("action-item-verify", args=[item.key]), kind="primary", dialog=True)
            back = Button("Give it back", reverse("action-item-back", args=[item.key]), dialog=True)
            return Next("It is done, its doer says.", "Look, and say whether it is.", "warn", (verify, back))
        return None

    def buttons(self, item: ActionItem) -> tuple[Button, ...]:
        """Return what else can be done."""
        found = []
        if rules.may_do(self.user, item) and item.owner_id != self.user.pk:
            found.append(Button("It is done", reverse("action-item-done", args=[item.key]), dialog=True))
        if rules.may_steer(self.user, item):
            found.append(Button("Change", reverse("action-item-change", args=[item.key]), icon="edit", dialog=True))
        if rules.may_drop(self.user, item):
            found.append(Button("Drop", reverse("action-item-drop", args=[item.key]), kind="stop", dialog=True))
        return tuple(found)


class AddItem(ActionPage):
    """Ask for something to be done because of an incident."""

    title, submit, form_class = "Add an action item", "Add it", forms.ItemForm
    lead = "One owner and one day. It is tracked until somebody else has verified it."

    def load(self) -> Incident:
        """Return the incident of the address."""
        return cases.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Incident) -> Verdict:
        """Say whether this person may write at it."""
        return rules.may_contribute(self.user, True)

    def initial(self, obj: Incident) -> dict[str, Any]:
        """Start with yourself, in two weeks."""
        return {"owner": self.user.pk, "due_on": clock.today() + timedelta(days=14)}

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> ActionItem:
        """Add it."""
        return actions.add_item(obj, actor=self.user, **given)

    def success_url(self, result: ActionItem) -> str:
        """Go to the postmortem where there is one, else to the item."""
        return result.postmortem.get_absolute_url() if result.postmortem else result.get_absolute_url()

    def said(self, result: ActionItem) -> str:
        """Say whose it is."""
        return f"{result.key} is with {result.owner} until {atoms.day(result.due_on)}."


class OnItem(ActionPage):
    """Base of what is done to one item."""

    def load(self) -> ActionItem:
        """Return the item of the address."""
        return queries.get_item(self.user, self.kwargs["key"])

    def sees(self, item: ActionItem) -> bool:
        """Whether this person sees its incident."""
        return queries.sees(self.user, item.incident)

    def verdict(self, obj: ActionItem) -> Verdict:
        """Say whether this person may change what it asks."""
        return rules.may_steer(self.user, obj)


class ChangeItem(OnItem):
    """Change what an item asks, of whom, until when."""

    title, submit, form_class = "Change the action item", "Save", forms.ChangeItemForm

    def initial(self, obj: ActionItem) -> dict[str, Any]:
        """Start with what it asks."""
        return {"what": obj.what, "detail": obj.detail, "owner": obj.owner_id, "due_on": obj.due_on}

    def perform(self, obj: ActionItem, given: Mapping[str, Any]) -> ActionItem:
        """Change it."""
        return actions.change_item(obj, actor=self.user, expected_version=self.seen_version, **given)


class PointItem(OnItem):
    """Say what in the system changes by it."""

    title, submit, form_class = "What in the system changes", "Save", forms.TargetForm
    lead = (
        "A change, a control, an eval or a lever. Work that leaves the system as it is will not keep this from happening again."
    )

    def verdict(self, obj: ActionItem) -> Verdict:
        """Say whether this person may write at the incident."""
        return rules.may_contribute(self.user, self.sees(obj))

    def initial(self, obj: ActionItem) -> dict[str, Any]:
        """Start with what it points at."""
        return {"target_type": obj.target_type, "target_id": obj.target_id}

    def perform(self, obj: ActionItem, given: Mapping[str, Any]) -> ActionItem:
        """Point it."""
        return actions.point_item(obj, actor=self.user, expected_version=self.seen_version, **given)


class FinishItem(OnItem):
    """Say that it is done."""

    title, submit, form_class = "It is done", "It is done", forms.DoneForm

    def verdict(self, obj: ActionItem) -> Verdict:
        """Say whether this person may."""
        return rules.may_do(self.user, obj)

    def perform(self, obj: ActionItem, given: Mapping[str, Any]) -> ActionItem:
        """Record it."""
        return actions.finish_item(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: ActionItem) -> str:
        """Say what comes next."""
        return f"{result.key} is done, and waits to be verified by somebody else."


class VerifyItem(OnItem):
    """Say that one has looked, and it is done."""

    title, submit, form_class = "Verify it", "Verify it", forms.VerifyForm

    def verdict(self, obj: ActionItem) -> Verdict:
        """Say whether this person may."""
        return rules.may_verify(self.user, obj, self.sees(obj))

    def perform(self, obj: ActionItem, given: Mapping[str, Any]) -> ActionItem:
        """Verify it."""
        return actions.verify_item(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: ActionItem) -> str:
        """Say so."""
        return f"{result.key} is verified."


class GiveBackItem(OnItem):
    """Say that it is not done."""

    title, submit, form_class = "Give it back", "Give it back", forms.ReasonForm
    lead = "It is to be done again, by the same owner."

    def verdict(self, obj: ActionItem) -> Verdict:
        """Say whether this person may."""
        return rules.may_verify(self.user, obj, self.sees(obj))

    def perform(self, obj: ActionItem, given: Mapping[str, Any]) -> ActionItem:
        """Give it back."""
        return actions.give_back_item(obj, actor=self.user, expected_version=self.seen_version, **given)


class DropItem(OnItem):
    """Drop it."""

    title, submit, tone, form_class = "Drop the action item", "Drop it", "stop", forms.ReasonForm
    lead = "It stays on record with the reason."

    def verdict(self, obj: ActionItem) -> Verdict:
        """Say whether this person may."""
        return rules.may_drop(self.user, obj)

    def perform(self, obj: ActionItem, given: Mapping[str, Any]) -> ActionItem:
        """Drop it."""
        return actions.drop_item(obj, actor=self.user, expected_version=self.seen_version, **given)
