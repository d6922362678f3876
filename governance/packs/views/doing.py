"""What is done to a pack: built again, given, taken back, its files discarded."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.core.errors import NotVisible
from governance.core.models import Job
from governance.core.verdict import Verdict
from governance.packs import actions, queries, rules
from governance.packs.forms import DiscardForm, GiveForm
from governance.packs.models import Pack, PackReader
from governance.ui.pages import ActionPage


class OnPack(ActionPage):
    """Base of what is done to one pack."""

    nav = "packs"

    def load(self) -> Pack:
        """Return the pack of the address."""
        return queries.get(self.user, self.kwargs["key"])


class BuildAgain(OnPack):
    """Build it once more: to finish it, or to compare."""

    title, submit = "Build it again", "Build it"
    lead = "A frozen pack is built once more at the same checkpoint and compared file by file; it is not replaced."

    def verdict(self, obj: Pack) -> Verdict:
        """Say whether the person may."""
        return rules.may_build_again(self.user, obj)

    def perform(self, obj: Pack, given: Mapping[str, Any]) -> Job:
        """Ask for it."""
        return actions.build_again(obj, actor=self.user)

    def success_url(self, result: Job) -> str:
        """Return to the pack, which shows how far it is."""
        return str(queries.get(self.user, self.kwargs["key"]).get_absolute_url())


class GivePack(OnPack):
    """Give it to somebody who would not see it by role."""

    title, submit, form_class = "Give this pack to somebody", "Give it", GiveForm
    lead = "They see this pack and its files, and nothing else by it."

    def verdict(self, obj: Pack) -> Verdict:
        """Say whether the person may."""
        return rules.may_give(self.user, obj)

    def perform(self, obj: Pack, given: Mapping[str, Any]) -> PackReader:
        """Give it."""
        return actions.give(obj, actor=self.user, person=given["person"])

    def success_url(self, result: PackReader) -> str:
        """Return to those who have it."""
        return reverse("pack-builds", args=[result.pack.key])

    def said(self, result: PackReader) -> str:
        """Say so."""
        return f"{result.person} can see it now."


class TakeBack(OnPack):
    """Take it back from somebody."""

    title, submit, tone = "Take the pack back", "Take it back", "stop"

    def verdict(self, obj: Pack) -> Verdict:
        """Say whether the person may."""
        return rules.may_give(self.user, obj)

    def perform(self, obj: Pack, given: Mapping[str, Any]) -> PackReader:
        """Take it back. Raises NotVisible for somebody who has it not."""
        reader = queries.readers_of(obj).filter(pk=self.kwargs["reader"]).first()
        if reader is None:
            raise NotVisible("They do not have this pack.")
        return actions.take_back(reader, actor=self.user)

    def success_url(self, result: PackReader) -> str:
        """Return to those who have it."""
        return reverse("pack-builds", args=[result.pack.key])


class DiscardPack(OnPack):
    """Discard its files; what it was and its hashes stay."""

    title, submit, form_class, tone = "Discard its files", "Discard them", DiscardForm, "stop"
    lead = "Its scope, its checkpoint and its hashes are kept, so that a copy can still be told to be this one."

    def verdict(self, obj: Pack) -> Verdict:
        """Say whether the person may."""
        return rules.may_discard(self.user, obj)

    def perform(self, obj: Pack, given: Mapping[str, Any]) -> Pack:
        """Discard them."""
        return actions.discard(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: Pack) -> str:
        """Say so."""
        return "Its files are discarded."
