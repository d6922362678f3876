"""What is done to continuity plans and drills."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.urls import reverse

from governance.core import clock
from governance.core.errors import NotVisible
from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage
from registry.catalog import queries as catalog
from registry.catalog.models import Endpoint, Vendor
from registry.continuity import actions, queries, rules
from registry.continuity.forms import PlanDrillForm, PlanForm, RunForm, RunNowForm, WhyForm
from registry.continuity.models import USUAL_DAYS, ContinuityPlan, VendorDrill
from registry.continuity.views.reading import foreseen

KINDS: Mapping[str, type[Vendor] | type[Endpoint]] = {"vendor": Vendor, "endpoint": Endpoint}
WORDS = ("if_down", "if_degraded", "if_policy_changes", "fallback", "drill_every_days", "next_drill_on")


class AddPlan(ActionPage):
    """Write down what we would do without a vendor or an endpoint."""

    submit, form_class = "Keep the plan", PlanForm
    lead = "What would we do tomorrow if it changed a policy, degraded, or went down for a day?"

    def load(self) -> Any:
        """Return the vendor or endpoint of the address."""
        model = KINDS.get(self.kwargs["kind"])
        if model is None:
            raise NotVisible("Plans are for vendors and endpoints.", fix="Begin on the page of one.")
        return catalog.get(model, self.user, self.kwargs["key"])

    def get_title(self) -> str:
        """Name the thing."""
        return f"Without {self.obj.name}"

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person may."""
        return rules.may_keep(self.user, obj)

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with what the vendor's record says already, and its owner."""
        said = getattr(obj, "exit_plan", "")
        first = clock.today() + timedelta(days=30)
        owner = obj.owner_id if obj.owner is not None and obj.owner.is_active else self.user.pk
        return {"if_down": said, "owner": owner, "drill_every_days": USUAL_DAYS, "next_drill_on": first}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> ContinuityPlan:
        """Keep it."""
        return actions.add_plan(obj, actor=self.user, **given)

    def said(self, result: ContinuityPlan) -> str:
        """Say so."""
        return "The plan is kept. Drill it: only then is it more than a hope."


class OnPlan(ActionPage):
    """Base of what is done to one plan."""

    def load(self) -> ContinuityPlan:
        """Return the plan of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: ContinuityPlan) -> Verdict:
        """Say whether the person may."""
        return rules.may_keep(self.user, obj.thing, obj)


class ChangePlan(OnPlan):
    """Change a plan."""

    title, submit, form_class = "Edit the plan", "Save", PlanForm

    def initial(self, obj: ContinuityPlan) -> dict[str, Any]:
        """Start with what is written."""
        return {name: getattr(obj, name) for name in WORDS} | {"owner": obj.owner_id}

    def perform(self, obj: ContinuityPlan, given: Mapping[str, Any]) -> ContinuityPlan:
        """Change it."""
        return actions.change_plan(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: ContinuityPlan) -> str:
        """Say so."""
        return "The plan is saved."


class RetirePlan(OnPlan):
    """End a plan."""

    title, submit, form_class, tone = "Retire the plan", "Retire it", WhyForm, "stop"
    lead = "Its drills stay on record; a planned one is called off."

    def perform(self, obj: ContinuityPlan, given: Mapping[str, Any]) -> ContinuityPlan:
        """Retire it."""
        return actions.retire_plan(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: ContinuityPlan) -> str:
        """Say so."""
        return "The plan is retired."


class PlanDrill(OnPlan):
    """Plan a drill."""

    title, submit, form_class = "Plan a drill", "Plan it", PlanDrillForm

    def initial(self, obj: ContinuityPlan) -> dict[str, Any]:
        """Start with the day on which it is due, led by the plan's owner."""
        return {"scenario": "down", "planned_on": max(obj.next_drill_on, clock.today()), "led_by": obj.owner_id}

    def perform(self, obj: ContinuityPlan, given: Mapping[str, Any]) -> VendorDrill:
        """Plan it."""
        return actions.plan_drill(obj, actor=self.user, **given)

    def said(self, result: VendorDrill) -> str:
        """Say so."""
        return f"{result} is planned."


class Running(ActionPage):
    """What running a drill shares: what would happen is shown above the form."""

    submit, wide, fields_template = "Record it", True, "registry/continuity/_run.html"
    lead = "What would happen is worked out from the contracts in force, now; you say how the drill went."

    def thing(self, obj: Any) -> Any:
        """Return the vendor or endpoint that is supposed to be gone."""
        raise NotImplementedError

    def extra(self, obj: Any) -> dict[str, Any]:
        """Show what would happen to each surface."""
        return {"foreseen": foreseen(self.user, queries.outlook(self.thing(obj)))}

    def said(self, result: VendorDrill) -> str:
        """Say how many would go on."""
        return f"{result.get_outcome_display()}: {result.going_on} would go on, {result.stopping} would stop."


class RunNow(Running, OnPlan):
    """Run a drill that was not planned."""

    title, form_class = "Drill it now", RunNowForm

    def thing(self, obj: ContinuityPlan) -> Any:
        """Return what the plan is for."""
        return obj.thing

    def initial(self, obj: ContinuityPlan) -> dict[str, Any]:
        """Start with the whole day."""
        return {"scenario": "down"}

    def perform(self, obj: ContinuityPlan, given: Mapping[str, Any]) -> VendorDrill:
        """Run it."""
        return actions.drill_now(obj, actor=self.user, **given)


class OnDrill(ActionPage):
    """Base of what is done to one drill."""

    def load(self) -> VendorDrill:
        """Return the drill of the address."""
        return queries.get_drill(self.user, self.kwargs["key"])

    def verdict(self, obj: VendorDrill) -> Verdict:
        """Say whether the person may."""
        return rules.may_run(self.user, obj)


class RunDrill(Running, OnDrill):
    """Run a planned drill."""

    title, form_class = "Run the drill", RunForm

    def thing(self, obj: VendorDrill) -> Any:
        """Return what the plan is for."""
        return obj.plan.thing

    def perform(self, obj: VendorDrill, given: Mapping[str, Any]) -> VendorDrill:
        """Run it."""
        return actions.run_drill(obj, actor=self.user, expected_version=self.seen_version, **given)


class CancelDrill(OnDrill):
    """Call a drill off."""

    title, submit, form_class, tone = "Call the drill off", "Call it off", WhyForm, "stop"

    def perform(self, obj: VendorDrill, given: Mapping[str, Any]) -> VendorDrill:
        """Cancel it."""
        return actions.cancel_drill(obj, actor=self.user, expected_version=self.seen_version, **given)

    def back_url(self, obj: VendorDrill) -> str:
        """Return to the drill."""
        return reverse("vendor-drill", args=[obj.key])

    def said(self, result: VendorDrill) -> str:
        """Say so."""
        return "The drill is called off."
