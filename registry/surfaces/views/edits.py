"""What is done to one surface: facts, tier, state, owner, sharing, RACI."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.core.errors import Invalid, NotVisible
from governance.core.verdict import Verdict
from governance.people import queries as people
from governance.people.models import Team, User
from governance.ui.pages import ActionPage, Page, go
from registry.contracts.tiers import suggest
from registry.surfaces import actions, facts, lifecycle, queries, raci, rules
from registry.surfaces.forms import (
    FactsForm,
    OwnerForm,
    ReasonForm,
    ShareForm,
    TierForm,
    as_choice,
)
from registry.surfaces.models import Surface, SurfaceState


class OnSurface(ActionPage):
    """Base of what is done to one surface by who may edit it."""

    def load(self) -> Surface:
        """Return the surface of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Surface) -> Verdict:
        """Say whether the person may."""
        return queries.may_edit(self.user, obj)


class EditFacts(OnSurface):
    """Change what a surface is."""

    title, submit, form_class = "Edit the facts", "Save", FactsForm

    def form_arguments(self, obj: Surface) -> dict[str, Any]:
        """Fill the form from the surface."""
        return {"instance": obj}

    def perform(self, obj: Surface, given: Mapping[str, Any]) -> Surface:
        """Save what was changed."""
        return actions.edit(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Surface) -> str:
        """Say so."""
        return "Saved."


class SetTier(OnSurface):
    """Answer the questionnaire again and set the tier."""

    title, submit, form_class = "Set the tier", "Set the tier", TierForm

    def initial(self, obj: Surface) -> dict[str, Any]:
        """Begin with the answers given before."""
        return {"tier": obj.tier, **{key: as_choice(answer) for key, answer in obj.answers.items()}}

    def extra(self, obj: Surface) -> dict[str, Any]:
        """Show what the answers so far suggest."""
        return {"suggestion": suggestion(obj), "fields_template": "registry/surfaces/_tier_fields.html"}

    def perform(self, obj: Surface, given: Mapping[str, Any]) -> Surface:
        """Set it."""
        answers = {key: value for key, value in given.items() if key not in {"tier", "reason"}}
        asked = {key: {"yes": True, "no": False}.get(value) for key, value in answers.items()}
        return actions.set_tier(
            obj,
            actor=self.user,
            tier=given["tier"],
            answers=asked,
            reason=given["reason"],
            expected_version=self.seen_version,
        )

    def said(self, result: Surface) -> str:
        """Say so."""
        return f"The tier is {result.tier}."


def suggestion(surface: Surface) -> Any:
    """Return what the kept answers and the contract in force suggest."""
    contract = surface.in_force.contract if surface.in_force else {}
    return suggest(surface.answers, contract, tiers=facts.tier_facts(), data_classes=facts.data_class_facts())


class Move(OnSurface):
    """Take a step of the surface's life."""

    form_class = ReasonForm

    def get_title(self) -> str:
        """Name the step."""
        return lifecycle.VERBS.get(self._state(), "Move")

    @property
    def submit(self) -> str:  # type: ignore[override]
        """Name the step on its button."""
        return self.get_title()

    @property
    def tone(self) -> str:  # type: ignore[override]
        """Pausing stops something."""
        return "stop" if self._state() == SurfaceState.PAUSED else "primary"

    def _state(self) -> Any:
        state = self.kwargs["state"]
        if state not in SurfaceState.values:
            raise NotVisible("There is no such step.", fix="Go back to the surface.")
        return SurfaceState(state)

    def verdict(self, obj: Surface) -> Verdict:
        """Say whether the person may, and whether the step follows."""
        return super().verdict(obj) and lifecycle.may_follow(obj, self._state())

    def perform(self, obj: Surface, given: Mapping[str, Any]) -> Surface:
        """Take it."""
        return actions.move(obj, actor=self.user, state=self._state(), reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: Surface) -> str:
        """Say where it stands."""
        return f"It is {result.get_state_display().lower()} now."


class NameOwner(OnSurface):
    """Name an owner without asking them."""

    title, submit, form_class = "Name an owner", "Name", OwnerForm
    lead = "They answer for it from now on."

    def verdict(self, obj: Surface) -> Verdict:
        """Say whether the person may."""
        return rules.may_assign_owner(self.user, obj)

    def perform(self, obj: Surface, given: Mapping[str, Any]) -> Surface:
        """Name them."""
        return actions.assign_owner(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Surface) -> str:
        """Say who owns it."""
        return f"{result.owner} owns it now."


class Share(OnSurface):
    """Share a surface with a person or a team."""

    title, submit, form_class = "Share it", "Share", ShareForm

    def verdict(self, obj: Surface) -> Verdict:
        """Say whether the person may."""
        return rules.may_own_decisions(self.user, obj)

    def perform(self, obj: Surface, given: Mapping[str, Any]) -> Surface:
        """Share."""
        with_ = given["person"] or given["team"]
        return actions.share(obj, actor=self.user, with_=with_, permission=given["permission"])

    def said(self, result: Surface) -> str:
        """Say so."""
        return "Shared."


class Unshare(Page):
    """Take back what was shared; a button, not a page."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take it back."""
        surface = queries.get(self.user, kwargs["key"])
        kind, _, key = request.POST.get("with", "").partition(":")
        found = people.visible_to(self.user).filter(ref=key) if kind == "person" else Team.objects.filter(key=key)
        with_: User | Team | None = found.first()  # type: ignore[attr-defined]
        if with_ is None:
            raise Invalid("It is not shared with that one.", fix="Go back to the surface.")
        actions.unshare(surface, actor=self.user, with_=with_)
        messages.success(request, f"No longer shared with {with_}.")
        return go(request, surface.get_absolute_url())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A reload leads back to the surface."""
        return go(request, queries.get(self.user, kwargs["key"]).get_absolute_url())


class SaveRaci(Page):
    """Save the matrix as it stands in the form: each row that differs, all or none."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save, or say which row is wrong; `reset` goes back to the default of one row."""
        surface = queries.get(self.user, kwargs["key"])
        address = reverse("surface-raci", args=[surface.key])
        if decision := request.POST.get("reset"):
            actions.reset_raci(surface, actor=self.user, decision=decision)
            messages.success(request, f"{raci.DECISIONS[decision]} follows the tier again.")
            return go(request, address)
        version = request.POST.get("version", "")
        try:
            changed = actions.set_matrix(
                surface,
                actor=self.user,
                rows=_posted(request.POST),
                expected_version=int(version) if version.isdecimal() and len(version) < 19 else None,
            )
        except Invalid as error:
            messages.error(request, str(error))
            return go(request, address)
        said = "Nothing was changed." if not changed else f"Saved: {', '.join(changed)}."
        messages.success(request, said)
        return go(request, address)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A reload leads back to the matrix."""
        return go(request, reverse("surface-raci", args=[kwargs["key"]]))


def _posted(data: Mapping[str, Any]) -> dict[str, dict[str, list[raci.Party]]]:
    """Read the cells: `decision|party` is a name, letters are its value."""
    rows: dict[str, dict[str, list[raci.Party]]] = {}
    for name, letters in data.items():
        decision, mark, token = name.partition("|")
        if not mark or decision not in raci.DECISIONS:
            continue
        row = rows.setdefault(decision, {letter: [] for letter in raci.LETTERS})
        for letter in letters:
            if letter in row:
                row[letter].append(raci.party(token))
    return rows
