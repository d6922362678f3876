"""What is done to risks by page."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.urls import reverse

from governance.core.errors import NotVisible
from governance.core.verdict import Verdict, deny
from governance.policy import queries as policy
from governance.ui.pages import ActionPage
from registry.risks import actions, queries, rules
from registry.risks.forms import (
    AcceptForm,
    CloseForm,
    EvidenceForm,
    OwnerForm,
    ReopenForm,
    ReviewForm,
    RiskForm,
    SurfaceForm,
)
from registry.risks.models import Risk
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface, SurfaceState

OFFERED = 200


class AddRisk(ActionPage):
    """Add a risk, to the surface that the address names or to the company."""

    title, submit, form_class = "Add a risk", "Add the risk", RiskForm

    def load(self) -> Surface | None:
        """Return the surface of the address, or None."""
        key = self.request.GET.get("surface", "")
        return surfaces.get(self.user, key) if key else None

    @property
    def lead(self) -> str:  # type: ignore[override]
        """Say whose risk it will be."""
        return f"A risk of {self.obj}, {self.obj.key}." if self.obj is not None else "A risk of the whole company."

    def verdict(self, obj: Surface | None) -> Verdict:
        """Say whether the person may."""
        return queries.may_register(self.user, obj)

    def form_arguments(self, obj: Surface | None) -> dict[str, Any]:
        """Offer the person as owner."""
        return {"person": self.user}

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Lead back to the surface or the register."""
        if self.obj is not None:
            return [(str(self.obj), self.back_url(self.obj)), ("Add a risk", "")]
        return [("Risks", reverse("risks")), ("Add a risk", "")]

    def perform(self, obj: Surface | None, given: Mapping[str, Any]) -> Risk:
        """Add it."""
        return actions.register(actor=self.user, surface=obj, **given)

    def back_url(self, obj: Surface | None) -> str:
        """Return to the surface or the register."""
        return reverse("risks") if obj is None else reverse("surface-risks", args=[obj.key])

    def said(self, result: Risk) -> str:
        """Say so."""
        return f"{result.key} is in the register."


class DraftAreas(ActionPage):
    """Begin the company's register with the areas of policy."""

    title, submit = "Draft the areas from policy", "Draft them"
    template = "registry/risks/areas.html"

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person may, and whether there is anything to begin."""
        if queries.has_company_risks():
            return deny("The company's register was begun already.", fix="Add what is missing, or edit what is there.")
        return rules.may_keep_company_risks(self.user)

    def extra(self, obj: Any) -> dict[str, Any]:
        """Show what will be made."""
        return {"areas": policy.document()["risk_areas"]}

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Lead back to the register."""
        return [("Risks", reverse("risks")), ("Draft from policy", "")]

    def back_url(self, obj: Any) -> str:
        """Return to the register."""
        return reverse("risks")

    def perform(self, obj: Any, given: Mapping[str, Any]) -> list[Risk]:
        """Make them."""
        return actions.draft_areas(actor=self.user)

    def success_url(self, result: list[Risk]) -> str:
        """Go to the register."""
        return reverse("risks")

    def said(self, result: list[Risk]) -> str:
        """Say what comes next."""
        return f"{len(result)} risks are drafted. Say of each how likely and how bad it is."


class RiskAction(ActionPage):
    """Base of what is done to one risk."""

    def load(self) -> Risk:
        """Return the risk of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Risk) -> Verdict:
        """Say whether the person may."""
        return queries.may_edit(self.user, obj)

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Lead back to the risk."""
        return [("Risks", reverse("risks")), (self.obj.key, self.obj.get_absolute_url()), (str(self.title), "")]

    def success_url(self, result: Any) -> str:
        """Return to the risk."""
        return str(self.obj.get_absolute_url())

    def back_url(self, obj: Risk) -> str:
        """Return to the risk."""
        return obj.get_absolute_url()


class EditRisk(RiskAction):
    """Change what a risk says."""

    title, submit, form_class = "Edit the risk", "Save", RiskForm

    def form_arguments(self, obj: Risk) -> dict[str, Any]:
        """Keep an area that policy no longer has."""
        return {"person": self.user, "risk": obj}

    def initial(self, obj: Risk) -> dict[str, Any]:
        """Begin with what it says."""
        return {name: getattr(obj, name) for name in RiskForm.base_fields if name != "owner"}

    def perform(self, obj: Risk, given: Mapping[str, Any]) -> Risk:
        """Save."""
        changes = {name: value for name, value in given.items() if name != "review_on" or value}
        return actions.edit(obj, actor=self.user, expected_version=self.seen_version, **changes)

    def said(self, result: Risk) -> str:
        """Say so."""
        return f"{result.key} is saved."


class Review(RiskAction):
    """Record that it was looked at."""

    title, submit, form_class = "Look at it again", "Record the review", ReviewForm

    def initial(self, obj: Risk) -> dict[str, Any]:
        """Begin with how it stands."""
        return {"likelihood": obj.likelihood, "impact": obj.impact}

    def perform(self, obj: Risk, given: Mapping[str, Any]) -> Risk:
        """Record it."""
        return actions.review(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Risk) -> str:
        """Say when next."""
        return f"{result.key} stands at {result.score} of 25. It is looked at again on {result.review_on:%-d %B %Y}."


class Reasoned(RiskAction):
    """Base of what moves a risk, with a reason."""

    act: ClassVar[Any]
    told: ClassVar[str] = ""

    def perform(self, obj: Risk, given: Mapping[str, Any]) -> Risk:
        """Do it."""
        moved: Risk = type(self).act(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)
        return moved

    def said(self, result: Risk) -> str:
        """Say so."""
        return f"{result.key} is {self.told}."


class Accept(Reasoned):
    """Take it as it is."""

    title, submit, form_class, act, told = "Accept the risk", "Accept", AcceptForm, actions.accept, "accepted"
    lead = "Nothing more is done about it. A higher score opens it again by itself."


class Close(Reasoned):
    """Say that it cannot happen any more."""

    title, submit, form_class, act, told = "Close the risk", "Close", CloseForm, actions.close, "closed"


class Reopen(Reasoned):
    """Open it again."""

    title, submit, form_class, act, told = "Reopen the risk", "Reopen", ReopenForm, actions.reopen, "open again"


class ChangeOwner(RiskAction):
    """Name who answers for it from now on."""

    title, submit, form_class = "Change the owner", "Give it", OwnerForm

    def form_arguments(self, obj: Risk) -> dict[str, Any]:
        """Offer everybody else."""
        return {"risk": obj}

    def perform(self, obj: Risk, given: Mapping[str, Any]) -> Risk:
        """Give it."""
        return actions.give_owner(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Risk) -> str:
        """Say who."""
        return f"{result.owner} answers for {result.key} now."


class LinkSurface(RiskAction):
    """Say that it is also about another surface."""

    title, submit, form_class = "Link a surface", "Link it", SurfaceForm
    fields_template = "registry/risks/_link.html"

    def form_arguments(self, obj: Risk) -> dict[str, Any]:
        """Offer surfaces by name."""
        seen = surfaces.visible_to(self.user).exclude(state=SurfaceState.RETIRED).exclude(pk=obj.surface_id or 0)
        return {"offered": [(each.key, each.name) for each in seen.order_by("name")[:OFFERED]]}

    def perform(self, obj: Risk, given: Mapping[str, Any]) -> Any:
        """Link it."""
        return actions.link_surface(obj, surfaces.get(self.user, given["surface"].strip()), actor=self.user)


class UnlinkSurface(RiskAction):
    """Say that it is not about a surface any more."""

    title, submit, lead = "Unlink the surface", "Unlink it", "The risk and the surface stay as they are."

    def perform(self, obj: Risk, given: Mapping[str, Any]) -> None:
        """Unlink it."""
        actions.unlink_surface(obj, surfaces.get(self.user, self.kwargs["surface"]), actor=self.user)


class AttachEvidence(RiskAction):
    """Attach evidence that is here."""

    title, submit, form_class = "Attach evidence", "Attach it", EvidenceForm
    lead = "Something new is collected under Evidence first."

    def form_arguments(self, obj: Risk) -> dict[str, Any]:
        """Offer the latest evidence that the person sees."""
        found = queries.attachable(self.user, obj)[:OFFERED]
        return {"offered": [(str(each.pk), f"{each.key} · {each.title}") for each in found]}

    def perform(self, obj: Risk, given: Mapping[str, Any]) -> Any:
        """Attach it."""
        found = queries.evidence_door(self.user).get(pk=given["evidence"])
        return actions.attach_evidence(obj, found, actor=self.user)


class DetachEvidence(RiskAction):
    """Take evidence off it."""

    title, submit, lead = "Take the evidence off", "Take it off", "The evidence itself stays."

    def perform(self, obj: Risk, given: Mapping[str, Any]) -> None:
        """Take it off."""
        found = queries.evidence_door(self.user).filter(pk=self.kwargs["evidence"]).first()
        if found is None:
            raise NotVisible("There is no such evidence that you can see.", fix="Go back to the risk.")
        actions.detach_evidence(obj, found, actor=self.user)
