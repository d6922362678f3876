"""The checklist over the quarters, and the thirty-day rollout."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.core import clock
from governance.core.errors import NotVisible
from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.policy import queries as policy
from governance.reviews import actions, forms, queries, rollout, rules
from governance.reviews.models import Review
from governance.reviews.rolloutmodels import Rollout
from governance.reviews.tables import answer_state, state_of
from governance.reviews.views.base import FAMILY, NAV, admit
from governance.ui.pages import ActionPage, Page

QUARTERS = 4


class Checklist(Page):
    """The five areas as they stood in the last quarters, the newest first."""

    title, nav, family, template = "Checklist", NAV, FAMILY, "governance/reviews/checklist.html"

    def context(self, **more: Any) -> dict[str, Any]:
        """Add the areas with their answers by quarter."""
        admit(self.user)
        seen = queries.visible_to(self.user).filter(kind=Review.Kind.OPERATIONS).exclude(state=Review.State.CANCELLED)
        reviews = list(seen.order_by("-planned_on", "-pk").prefetch_related("answers__owner")[:QUARTERS])
        areas: dict[str, dict[str, Any]] = {}
        for review in reviews:
            for each in review.answers.all():
                areas.setdefault(each.area_key, {"said": each, "by": {}})["by"][review.pk] = each
        rows = [(area["said"], [_cell(area["by"].get(review.pk)) for review in reviews]) for area in areas.values()]
        wanted = policy.document()["operations_checklist"] if not rows and policy.latest() is not None else []
        return super().context(
            reviews=[(review, state_of(review)) for review in reviews],
            rows=rows,
            wanted=wanted,
            may_plan=bool(rules.may_plan(self.user)),
            **more,
        )


def _cell(answer: Any) -> tuple[Any, tuple[str, str]] | None:
    return (answer, answer_state(answer)) if answer is not None else None


class RolloutPage(Page):
    """Policy's thirty days, step by step."""

    title, nav, family, template = "Thirty-day rollout", NAV, FAMILY, "governance/reviews/rollout.html"

    def context(self, **more: Any) -> dict[str, Any]:
        """Add the weeks with their steps, and what was written of them."""
        admit(self.user)
        held = rollout.current()
        steps = rollout.steps(held)
        done = sum(step.done for step in steps)
        keeps = bool(rules.may_roll_out(self.user))
        rows = [(week, [(step, self.ticks(step)) for step in week.steps]) for week in rollout.weeks(steps, held)]
        said = lines_for(held, self.request.GET.get("before")) if held is not None else {}
        return super().context(
            **said, rollout=held, weeks=rows, done=done, total=len(steps), keeps=keeps, late=sum(s.late for s in steps), **more
        )

    def ticks(self, step: rollout.Step) -> bool:
        """Whether this person may say that a step is done."""
        owner = step.row.owner_id if step.row is not None else None
        return bool(rules.may_tick(self.user, owner_id=owner, checked=step.check is not None))


class StartRollout(ActionPage):
    """Begin the thirty days."""

    title, submit, form_class, nav = "Begin the rollout", "Begin", forms.StartForm, NAV
    lead = "Each step is due at the end of its week, and ticks itself from what exists."

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person keeps the rollout."""
        return rules.may_roll_out(self.user)

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start today, led by the person."""
        return {"starts_on": clock.today(), "owner": self.user.pk}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Rollout:
        """Begin it."""
        return actions.start_rollout(actor=self.user, **given)

    def back_url(self, obj: Any) -> str:
        """Return to the page."""
        return reverse("rollout")


class MoveRollout(StartRollout):
    """Begin it on another day, or let another lead it."""

    title, submit = "Move the rollout", "Move it"
    lead = "Days that were given to single steps stay as they are."

    def load(self) -> Rollout:
        """Return the rollout. Raises NotVisible before it has begun."""
        held = rollout.current()
        if held is None:
            raise NotVisible("The rollout has not begun.", fix="Begin it on its page.")
        return held

    def initial(self, obj: Rollout) -> dict[str, Any]:
        """Start with what holds."""
        return {"starts_on": obj.starts_on, "owner": obj.owner_id}

    def perform(self, obj: Rollout, given: Mapping[str, Any]) -> Rollout:
        """Move it."""
        return actions.move_rollout(obj, actor=self.user, expected_version=self.seen_version, **given)


class OnStep(ActionPage):
    """Base of what is done to one step of the rollout."""

    nav = NAV

    def load(self) -> rollout.Step:
        """Return the step of the address. Raises NotVisible."""
        admit(self.user)
        found = next((step for step in rollout.steps() if step.key == self.kwargs["step"]), None)
        if found is None:
            raise NotVisible("There is no such step in the rollout.", fix="Choose one of policy's steps.")
        return found

    def get_title(self) -> str:
        """Name the step."""
        return f"{self.title}: {self.obj.text}" if self.obj is not None else str(self.title)

    def verdict(self, obj: rollout.Step) -> Verdict:
        """Say whether the person may say that it is done."""
        owner = obj.row.owner_id if obj.row is not None else None
        return rules.may_tick(self.user, owner_id=owner, checked=obj.check is not None)

    def extra(self, obj: rollout.Step) -> dict[str, Any]:
        """Send the version of the step that was seen."""
        return {"version": obj.row.version if obj.row is not None else None}

    def back_url(self, obj: Any) -> str:
        """Return to the page."""
        return reverse("rollout")


class GiveStep(OnStep):
    """Say who does it, and until when."""

    title, submit, form_class = "Give the step", "Save", forms.StepForm

    def verdict(self, obj: rollout.Step) -> Verdict:
        """Say whether the person keeps the rollout."""
        return rules.may_roll_out(self.user)

    def initial(self, obj: rollout.Step) -> dict[str, Any]:
        """Start with what holds."""
        return {"owner": obj.row.owner_id if obj.row is not None else None, "due_on": obj.due_on}

    def perform(self, obj: rollout.Step, given: Mapping[str, Any]) -> Any:
        """Give it."""
        return actions.give_step(obj.key, actor=self.user, expected_version=self.seen_version, **given)


class FinishStep(OnStep):
    """Say that it is done."""

    title, submit, form_class = "Done", "It is done", forms.FinishForm

    def perform(self, obj: rollout.Step, given: Mapping[str, Any]) -> Any:
        """Tick it."""
        return actions.finish_step(obj.key, actor=self.user, expected_version=self.seen_version, **given)


class ReopenStep(OnStep):
    """Take back that it is done."""

    title, submit, form_class, tone = "Not done after all", "Take it back", forms.WhyForm, "stop"

    def perform(self, obj: rollout.Step, given: Mapping[str, Any]) -> Any:
        """Reopen it."""
        return actions.reopen_step(obj.key, actor=self.user, expected_version=self.seen_version, **given)
