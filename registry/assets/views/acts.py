"""What is done to assets: register, record a version, edit, give, share, retire."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage
from registry.assets import actions, forms, queries, rules
from registry.assets.models import Asset, AssetVersion
from registry.catalog.forms import GiveForm, NeededWhyForm


class Register(ActionPage):
    """A new shared prompt or source."""

    title, submit, form_class = "Register a prompt or source", "Register it", forms.RegisterForm
    lead = "Contracts of every surface that name its key mean it. A surface's own appear by themselves when they are proposed."

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person may."""
        return rules.may_register(self.user)

    def form_arguments(self, obj: Any) -> dict[str, Any]:
        """Offer people and teams."""
        return {"user": self.user}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Asset:
        """Register it."""
        return actions.register_asset(actor=self.user, **given)

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("assets")

    def said(self, result: Asset) -> str:
        """Say what comes next."""
        return f"{result.name} is registered. Record its first version next."


class AssetAction(ActionPage):
    """Base of what is done to an asset."""

    rule = staticmethod(rules.may_keep)

    def load(self) -> Asset:
        """Return the asset of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Asset) -> Verdict:
        """Say whether the person may."""
        return self.rule(self.user, obj, edits_surface=queries.edits_surface(self.user, obj))

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        return [("Prompts and sources", reverse("assets")), (self.obj.name, self.obj.get_absolute_url()), (self.title, "")]


class Edit(AssetAction):
    """What is said of an asset."""

    title, form_class = "Edit", forms.EditForm

    def initial(self, obj: Asset) -> dict[str, Any]:
        """Start with what is there."""
        return {"name": obj.name, "description": obj.description}

    def perform(self, obj: Asset, given: Mapping[str, Any]) -> Asset:
        """Change it."""
        return actions.change_asset(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Asset) -> str:
        """Say so."""
        return f"{result.name} is saved."


class RecordVersion(AssetAction):
    """The next version."""

    title, submit, wide = "Record a version", "Record it", True
    lead = "A version never changes once it is recorded. It comes into use when a revision that names it is approved."
    rule = staticmethod(rules.may_record)

    def build(self, obj: Asset, bound: bool) -> Any:
        """Ask for what a version of this kind is made of, starting from the newest."""
        self.form_class = forms.version_form(obj)  # type: ignore[misc]
        return super().build(obj, bound)

    def initial(self, obj: Asset) -> dict[str, Any]:
        """Start with the newest version's words and places."""
        newest = obj.newest
        names = ("text", "repository", "path", "documents", "access")
        return {name: getattr(newest, name) for name in names} if newest is not None else {}

    def perform(self, obj: Asset, given: Mapping[str, Any]) -> AssetVersion:
        """Record it."""
        return actions.record_version(obj, actor=self.user, expected_version=self.seen_version, **given)

    def success_url(self, result: AssetVersion) -> str:
        """Show it beside the one before."""
        return reverse("asset-versions", args=[f"A-{result.asset_id}"])

    def said(self, result: AssetVersion) -> str:
        """Say what comes next."""
        return f"Version {result.label} is recorded. Name it in a contract and propose that, to bring it into use."


class GiveOwner(AssetAction):
    """Another owner."""

    title, submit, form_class = "Give to another", "Give it", GiveForm

    def perform(self, obj: Asset, given: Mapping[str, Any]) -> Asset:
        """Give it."""
        return actions.set_owner(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Asset) -> str:
        """Say who answers for it."""
        return f"{result.owner} answers for {result.name} from now on."


class Share(AssetAction):
    """Let every surface name it."""

    title, submit, form_class = "Share with other surfaces", "Share it", forms.ShareForm
    lead = "Contracts of every surface that name its key then mean this one and its versions."
    rule = staticmethod(rules.may_share)

    def initial(self, obj: Asset) -> dict[str, Any]:
        """Offer the owner of its surface."""
        return {"owner": obj.surface.owner_id if obj.surface is not None else None}

    def perform(self, obj: Asset, given: Mapping[str, Any]) -> Asset:
        """Share it."""
        return actions.share_asset(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Asset) -> str:
        """Say so."""
        return f"Every surface can name {result.name} now."


class Retire(AssetAction):
    """Close it."""

    title, submit, form_class, tone = "Retire", "Retire it", NeededWhyForm, "stop"
    lead = "It gets no further versions. What was recorded stays, and so does which revision named it."
    rule = staticmethod(rules.may_record)

    def perform(self, obj: Asset, given: Mapping[str, Any]) -> Asset:
        """Retire it."""
        return actions.retire_asset(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Asset) -> str:
        """Say so."""
        return f"{result.name} is retired."
