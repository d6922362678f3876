"""Pages of modes: the lever of a surface, raising it again, what runs lowered, and every step."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage, Empty, ListPage, PageAction, View
from registry.modes import actions, ladder, queries, reading, rules
from registry.modes.forms import StepForm
from registry.modes.models import ModeChange, ModeRaise
from registry.modes.tables import ChangeFilters, ChangeTable, LeverTable, LoweredTable
from registry.surfaces import queries as surfaces
from registry.surfaces.filters import SurfaceFilters
from registry.surfaces.models import Mode, Surface, SurfaceState


class Step(ActionPage):
    """Base of both ways along the ladder; the address may name the rung: ?to=off."""

    form_class = StepForm
    fields_template = "registry/modes/_step.html"
    why = ""

    def load(self) -> Surface:
        """Return the surface of the address, for whoever sees it or is named for its lever."""
        return queries.reach(self.user, self.kwargs["key"])

    def offered(self, obj: Surface) -> tuple[Mode, ...]:
        """Return the rungs to choose from."""
        raise NotImplementedError

    def initial(self, obj: Surface) -> dict[str, Any]:
        """Start with the rung that the address names, or the only one there is."""
        offered = [mode.value for mode in self.offered(obj)]
        asked = self.request.GET.get("to", "")
        return {"to": asked if asked in offered else offered[0] if len(offered) == 1 else None}

    def form_arguments(self, obj: Surface) -> dict[str, Any]:
        """Offer the rungs on this side."""
        offered = self.offered(obj)
        return {"rungs": [rung for rung in reading.rungs(obj) if rung.mode in offered], "why": self.why}

    def back_url(self, obj: Surface) -> str:
        """Return to the surface, where this person sees it."""
        seen = surfaces.visible_to(self.user).filter(pk=obj.pk).exists()
        return obj.get_absolute_url() if seen else reverse("modes")


class Lower(Step):
    """Lower the mode: it takes effect at once."""

    submit, tone = "Lower it now", "stop"
    lead = "It takes effect at once, everywhere. Raising it again needs approval."

    def get_title(self) -> str:
        """Name the surface: whoever is woken by night reads it twice."""
        return f"Lower the mode of {self.obj.name}"

    def verdict(self, obj: Surface) -> Verdict:
        """Say whether this person may."""
        return rules.may_lower(self.user, obj, queries.standing(self.user, obj))

    def offered(self, obj: Surface) -> tuple[Mode, ...]:
        """Offer what is further down."""
        return ladder.below(obj.mode)

    def extra(self, obj: Surface) -> dict[str, Any]:
        """Say where it stands, and who will have to approve raising it."""
        return {"stands": obj.get_mode_display(), "approvers": reading.approvers(obj), "is_lowering": True}

    def perform(self, obj: Surface, given: Mapping[str, Any]) -> ModeChange:
        """Lower it."""
        return actions.lower(obj, actor=self.user, expected_version=self.seen_version, **given)

    def success_url(self, result: ModeChange) -> str:
        """Return to the surface."""
        return self.back_url(result.surface)

    def said(self, result: ModeChange) -> str:
        """Say so."""
        return f"{result.surface.name} runs in mode {result.get_after_display().lower()} from now on."


class Raise(Step):
    """Ask that the mode be raised again."""

    submit = "Ask for approval"
    lead = "It stays as it is until the people whom the tier names have agreed."
    why = "What was wrong, and what is mended now. Those who approve it sign this."

    def get_title(self) -> str:
        """Name the surface."""
        return f"Raise the mode of {self.obj.name}"

    def verdict(self, obj: Surface) -> Verdict:
        """Say whether this person may ask."""
        return rules.may_ask_to_raise(self.user, obj, queries.standing(self.user, obj), surfaces.may_edit(self.user, obj))

    def offered(self, obj: Surface) -> tuple[Mode, ...]:
        """Offer what is further up."""
        return ladder.above(obj.mode)

    def extra(self, obj: Surface) -> dict[str, Any]:
        """Say where it stands, and who approves."""
        return {"stands": obj.get_mode_display(), "approvers": reading.approvers(obj), "is_lowering": False}

    def perform(self, obj: Surface, given: Mapping[str, Any]) -> ModeRaise:
        """Ask."""
        return actions.ask_to_raise(obj, actor=self.user, expected_version=self.seen_version, **given)

    def success_url(self, result: ModeRaise) -> str:
        """Return to the surface."""
        return self.back_url(result.surface)

    def said(self, result: ModeRaise) -> str:
        """Say who decides."""
        count = result.request.steps.count() if result.request else 0
        people = "One person is" if count == 1 else f"{count} people are"
        return f"{people} asked to approve it; until then nothing changes."


class LoweredList(ListPage):
    """The surfaces that run in a lowered mode."""

    key, url_name, title = "modes", "modes", "Modes"
    table, filterset = LoweredTable, SurfaceFilters
    lead = "{total} surfaces run in a lowered mode."
    search_hint = "Find by name, owner or purpose"
    views = (View("All"), View("Off", "mode=off"), View("Mine", "owner={me}"))
    actions = (
        PageAction("Quarantine", lambda user: reverse("quarantines"), icon="lock"),
        PageAction("Every step", lambda user: reverse("mode-changes"), icon="ledger"),
        PageAction("Lower a mode", lambda user: reverse("mode-lower"), icon="power"),
    )
    empty = Empty(
        "Everything runs in normal mode",
        "When something goes wrong, one person lowers a surface's mode at once, as far as needed: down to off, where only the "
        "fallback answers. What is lowered stands here until it is raised again.",
        "Lower a mode",
        lambda user: reverse("mode-lower"),
        "Every step so far",
        lambda user: reverse("mode-changes"),
    )

    def rows(self, user: Any) -> QuerySet[Surface]:
        """Return what is lowered and the reader may see."""
        return queries.with_step(queries.lowered(user).select_related("owner", "team", "in_force")).defer("in_force__contract")


class LeverList(ListPage):
    """Surfaces whose mode can be lowered: choose one."""

    key, url_name, title = "mode-lower", "mode-lower", "Lower the mode of …"
    table, filterset = LeverTable, SurfaceFilters
    lead = "Choose the surface; you then say how far, and why."
    search_hint = "Find by name, owner or purpose"
    exports = False
    empty = Empty("No surface can be lowered", "Every surface that you see is off already, or retired.")

    def rows(self, user: Any) -> QuerySet[Surface]:
        """Return what the reader sees and can still be lowered."""
        rows = surfaces.rows(user).exclude(state=SurfaceState.RETIRED)
        return rows.exclude(mode=Mode.OFF)


class ChangeList(ListPage):
    """Every step of every mode."""

    key, url_name, title = "mode-changes", "mode-changes", "Steps of modes"
    table, filterset = ChangeTable, ChangeFilters
    lead = "{total} steps, each with who took it, when, and why."
    search_hint = "Find by surface, reason or drill"
    views = (View("All"), View("Raised", "raised=true"), View("Off", "after=off"))
    empty = Empty("No mode was ever moved", "Each step down and up stands here for good, with its reason.")

    def rows(self, user: Any) -> QuerySet[ModeChange]:
        """Return the steps that the reader may see."""
        return queries.visible_to(user)
