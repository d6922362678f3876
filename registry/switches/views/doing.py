"""What is done to drills: planning, starting the clock, recording, moving, cancelling."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.core import clock
from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage
from registry.surfaces import queries as surfaces
from registry.switches import actions, queries, rules
from registry.switches.forms import CancelForm, MoveForm, OutcomeForm, PlanForm, RecordForm
from registry.switches.models import Drill
from registry.switches.tables import took
from registry.switches.views.page import may_run


class OfSurface(ActionPage):
    """Base of forms that name their surface by its key."""

    def load(self) -> None:
        """Nothing is acted on before the form names it."""

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("drills")

    def success_url(self, result: Drill) -> str:
        """Go to the drill."""
        return result.get_absolute_url()

    def asked_for(self) -> dict[str, Any]:
        """Return what the address asks for: surface and kind, with the lever that its contract names first."""
        found = {name: self.request.GET[name][:40] for name in ("surface", "kind") if self.request.GET.get(name)}
        known = surfaces.visible_to(self.user).select_related("in_force")
        named = surfaces.KEY.match(found.get("surface", ""))
        surface = known.filter(pk=int(named.group(1))).first() if named else None
        contract = surface.in_force.contract if surface is not None and surface.in_force is not None else {}
        rungs = contract.get("kill_switch", {}).get("rungs") or []
        kind = found.setdefault("kind", Drill.Kind.KILL_SWITCH)
        return found | ({"lever": rungs[-1].replace("_", " ")} if rungs and kind == Drill.Kind.KILL_SWITCH else {})


class PlanDrill(OfSurface):
    """Plan a drill."""

    title, submit, form_class = "Plan a drill", "Plan it", PlanForm
    lead = "On the day, start the clock, pull the lever, and stop it when it held."

    def verdict(self, obj: Any) -> Verdict:
        """Auditors plan nothing; whether one may drill a surface is known once it is named."""
        return rules.may_plan(self.user)

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with what the address names, today, led by whoever plans."""
        return {"planned_on": clock.today(), "led_by": self.user.pk, **self.asked_for()}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Drill:
        """Plan it."""
        surface = surfaces.get(self.user, given["surface"].strip())
        words = {name: value for name, value in given.items() if name != "surface"}
        return actions.plan(surface, actor=self.user, **words)

    def said(self, result: Drill) -> str:
        """Say so."""
        return f"{result} is planned."


class RecordDrill(OfSurface):
    """Record a drill that was run without a plan."""

    title, submit, form_class = "Record a drill", "Record it", RecordForm
    lead = "For a lever that was tried already."

    def verdict(self, obj: Any) -> Verdict:
        """Auditors record nothing."""
        return rules.may_plan(self.user)

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with what the address names."""
        return self.asked_for()

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Drill:
        """Record it."""
        surface = surfaces.get(self.user, given["surface"].strip())
        words = {name: value for name, value in given.items() if name != "surface"}
        return actions.record(surface, actor=self.user, **words)

    def said(self, result: Drill) -> str:
        """Say so."""
        return f"{result} is recorded."


class OnDrill(ActionPage):
    """Base of what is done to one drill."""

    def load(self) -> Drill:
        """Return the drill of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Drill) -> Verdict:
        """Say whether the person may."""
        return may_run(self.user, obj)


class MoveDrill(OnDrill):
    """Put it on another day or in other hands."""

    title, submit, form_class = "Another day", "Move it", MoveForm

    def initial(self, obj: Drill) -> dict[str, Any]:
        """Start with what is planned."""
        return {"planned_on": obj.planned_on, "led_by": obj.led_by_id}

    def perform(self, obj: Drill, given: Mapping[str, Any]) -> Drill:
        """Move it."""
        return actions.move(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Drill) -> str:
        """Say so."""
        return "The drill is moved."


class StartDrill(OnDrill):
    """Start the clock."""

    title, submit = "Start the clock", "Start the clock"
    lead = "Pull the lever right after."

    def perform(self, obj: Drill, given: Mapping[str, Any]) -> Drill:
        """Start it."""
        return actions.start(obj, actor=self.user, expected_version=self.seen_version)

    def said(self, result: Drill) -> str:
        """Say what to do now."""
        return "The clock runs. Pull the lever, and stop it when it held."


class FinishDrill(OnDrill):
    """Stop the clock, or type the seconds, and record how it went."""

    title, submit, form_class = "Record the drill", "Record it", OutcomeForm

    def initial(self, obj: Drill) -> dict[str, Any]:
        """Start with the lever that was planned."""
        return {"lever": obj.lever}

    def form_arguments(self, obj: Drill) -> dict[str, Any]:
        """Say whether the clock runs."""
        return {"running": obj.is_running}

    def perform(self, obj: Drill, given: Mapping[str, Any]) -> Drill:
        """Record it."""
        return actions.finish(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Drill) -> str:
        """Say how it went."""
        return f"{result.get_outcome_display()} in {took(result.seconds)}."


class CancelDrill(OnDrill):
    """Call it off."""

    title, submit, form_class, tone = "Call the drill off", "Call it off", CancelForm, "stop"

    def perform(self, obj: Drill, given: Mapping[str, Any]) -> Drill:
        """Cancel it."""
        return actions.cancel(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: Drill) -> str:
        """Say so."""
        return "The drill is called off."
