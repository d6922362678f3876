"""What is done alike to vendors, endpoints and tools: given, proposed, suspended, retired, taken up again."""

from collections.abc import Mapping
from typing import Any

from django.urls import URLPattern, path

from governance.core.verdict import Verdict, deny
from governance.ui import atoms
from governance.ui.extensions import BulkAction
from registry.catalog import actions, forms, queries, rules
from registry.catalog.rules import Item
from registry.catalog.views.base import ItemAction


class GiveItem(ItemAction):
    """Name another owner."""

    title, submit, form_class = "Give to another owner", "Give it", forms.GiveForm

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person may."""
        return rules.may_give(self.user, obj)

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Any:
        """Give it."""
        return actions.give_owner(
            obj, actor=self.user, to=given["owner"], reason=given["reason"], expected_version=self.seen_version
        )

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
