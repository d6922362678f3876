"""What is done to deployments and defects by hand: telling, and correcting by a further row."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage
from registry.deliveries import actions, queries, rules
from registry.deliveries.forms import DefectForm, DeploymentForm, resolved
from registry.deliveries.models import Defect, Delivery, Deployment
from registry.surfaces import queries as surfaces


class Tell(ActionPage):
    """Base of telling: the surface is named in the form."""

    def load(self) -> None:
        """Nothing is acted on before the form names it."""

    def verdict(self, obj: Any) -> Verdict:
        """Auditors tell nothing; whether one may tell of a surface is known once it is named."""
        return rules.may_tell(self.user)

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with the surface that the address names."""
        return {"surface": self.request.GET.get("surface", "")[:40]}

    def said(self, result: Delivery) -> str:
        """Say so."""
        return f"{result.key} is kept."


class TellDeployment(Tell):
    """Tell of a deployment by hand."""

    title, submit, form_class, lead = (
        "Tell of a deployment",
        "Keep it",
        DeploymentForm,
        "CI does this by REST after each release.",
    )

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("deployments")

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Deployment:
        """Keep it."""
        words = resolved(self.user, given)
        surface = surfaces.get(self.user, words.pop("surface").strip())
        return actions.tell_deployment(surface, actor=self.user, **words)


class TellDefect(Tell):
    """Tell of a defect by hand."""

    title, submit, form_class, lead = "Tell of a defect", "Keep it", DefectForm, "Trackers do this by REST."

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("defects")

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Defect:
        """Keep it."""
        words = resolved(self.user, given)
        surface = surfaces.get(self.user, words.pop("surface").strip())
        return actions.tell_defect(surface, actor=self.user, **words)


class Correct(ActionPage):
    """Base of correcting: what was told stays, and a further row says what it really was."""

    title, submit = "Correct it", "Keep the correction"
    lead = "What was told first stays readable. From now on this counts instead."
    names: tuple[str, ...] = ()

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person may."""
        return rules.may_correct(obj, surfaces.may_edit(self.user, obj.surface))

    def form_arguments(self, obj: Any) -> dict[str, Any]:
        """Surface and key stay; the reason is asked for."""
        return {"correcting": True}

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with what was told."""
        held = {name: getattr(obj, name) for name in self.names}
        return held | {name: held[name].key for name in ("change", "deployment") if held.get(name) is not None}

    def said(self, result: Delivery) -> str:
        """Say so."""
        return f"{result.key} counts from now on."


class CorrectDeployment(Correct):
    """Say what a deployment really was."""

    form_class, names = DeploymentForm, actions.DEPLOYED

    def load(self) -> Deployment:
        """Return the deployment of the address."""
        return queries.get_deployment(self.user, self.kwargs["key"])

    def perform(self, obj: Deployment, given: Mapping[str, Any]) -> Deployment:
        """Keep the correction."""
        return actions.correct_deployment(obj, actor=self.user, **resolved(self.user, given))


class CorrectDefect(Correct):
    """Say what a defect really was."""

    form_class, names = DefectForm, actions.FOUND

    def load(self) -> Defect:
        """Return the defect of the address."""
        return queries.get_defect(self.user, self.kwargs["key"])

    def perform(self, obj: Defect, given: Mapping[str, Any]) -> Defect:
        """Keep the correction."""
        return actions.correct_defect(obj, actor=self.user, **resolved(self.user, given))
