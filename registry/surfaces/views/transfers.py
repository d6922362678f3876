"""Handing a surface over: the question to the other person, and their answer."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.urls import reverse

from governance.core.errors import NotVisible
from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage
from governance.ui.pages.action import NoFields
from registry.surfaces import actions, queries, rules
from registry.surfaces.forms import AnswerForm, TransferForm
from registry.surfaces.models import OwnerTransfer, Surface
from registry.surfaces.views.edits import OnSurface


class HandOver(OnSurface):
    """Ask somebody to take a surface over."""

    title, submit, form_class = "Hand it over", "Ask", TransferForm
    lead = "The other person is asked, and owns it once they accept. Until then nothing changes."

    def verdict(self, obj: Surface) -> Verdict:
        """Say whether the person may."""
        return rules.may_own_decisions(self.user, obj)

    def perform(self, obj: Surface, given: Mapping[str, Any]) -> OwnerTransfer:
        """Ask."""
        return actions.ask_transfer(obj, actor=self.user, expected_version=self.seen_version, **given)

    def success_url(self, result: OwnerTransfer) -> str:
        """Return to the surface."""
        return result.surface.get_absolute_url()

    def said(self, result: OwnerTransfer) -> str:
        """Say who is asked."""
        return f"{result.receiver} is asked."


class OnTransfer(ActionPage):
    """Base of the answers to a hand-over."""

    form_class: ClassVar[type[forms.BaseForm]] = AnswerForm

    def load(self) -> OwnerTransfer:
        """Return the hand-over of the address. Raises NotVisible."""
        found = queries.transfers(self.user).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotVisible("There is no such hand-over that you can see.", fix="Look at the surface.")
        return found

    def verdict(self, obj: OwnerTransfer) -> Verdict:
        """Only who was asked may answer."""
        return rules.may_answer_transfer(self.user, obj)

    def success_url(self, result: OwnerTransfer) -> str:
        """Return to the surface, or to the list when it is not theirs to see."""
        seen = queries.visible_to(self.user).filter(pk=result.surface_id).exists()
        return result.surface.get_absolute_url() if seen else reverse("surfaces")

    def back_url(self, obj: OwnerTransfer) -> str:
        """Return to where one may be."""
        return self.success_url(obj)


class Accept(OnTransfer):
    """Take a surface over."""

    title, submit = "Take it over", "Accept"
    lead = "You answer for it from now on: its contract, its cost, its incidents."

    def perform(self, obj: OwnerTransfer, given: Mapping[str, Any]) -> OwnerTransfer:
        """Accept."""
        return actions.accept_transfer(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: OwnerTransfer) -> str:
        """Say so."""
        return f"{result.surface.name} is yours."


class Decline(OnTransfer):
    """Say no to a hand-over."""

    title, submit = "Decline", "Decline"
    lead = "Say why, so that the owner can ask somebody else."

    def perform(self, obj: OwnerTransfer, given: Mapping[str, Any]) -> OwnerTransfer:
        """Decline."""
        return actions.decline_transfer(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: OwnerTransfer) -> str:
        """Say so."""
        return f"{result.asked_by} is told."


class Withdraw(OnTransfer):
    """Take a hand-over back."""

    title, submit = "Take the hand-over back", "Take it back"
    form_class = NoFields

    def verdict(self, obj: OwnerTransfer) -> Verdict:
        """Say whether the person may."""
        return rules.may_withdraw_transfer(self.user, obj)

    def perform(self, obj: OwnerTransfer, given: Mapping[str, Any]) -> OwnerTransfer:
        """Withdraw."""
        return actions.withdraw_transfer(obj, actor=self.user, expected_version=self.seen_version)
