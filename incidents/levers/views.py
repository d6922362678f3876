"""The second click: what a lever touches, a reason, done. Each page leads back to its incident."""

from collections.abc import Mapping
from typing import Any

from governance.core.verdict import Verdict, deny
from governance.ui.pages import ActionPage
from incidents.cases import queries as cases
from incidents.cases.models import Incident
from incidents.levers import actions, queries
from incidents.levers.actions import Pulled
from registry.changes import queries as changes
from registry.changes.forms import RollBackForm
from registry.modes import rules as modes
from registry.modes.views import Lower
from registry.quarantine import rules as quarantine
from registry.quarantine.views import Place
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface


class OfIncident(ActionPage):
    """What every lever of an incident shares: the incident of the address, and the way back to it."""

    @property
    def incident(self) -> Incident:
        """The incident of the address, read once."""
        if not hasattr(self, "_incident"):
            self._incident = cases.get(self.user, self.kwargs["incident"])
        return self._incident

    def while_open(self, verdict: Verdict) -> Verdict:
        """Refuse for a closed incident, else answer as the lever's own rule does."""
        if self.incident.is_open:
            return verdict
        return deny(f"{self.incident.key} is closed.", fix="Pull the lever on the surface's page, or report a new incident.")

    def surface(self) -> Surface:
        """Return the surface of the address, if the incident touches it."""
        return queries.surface_of(self.user, self.incident, self.kwargs["key"])

    def back_url(self, obj: Any) -> str:
        """Return to the incident."""
        return self.incident.get_absolute_url()

    def success_url(self, result: Any) -> str:
        """Return to the incident, where the timeline tells of it."""
        return self.incident.get_absolute_url()


class LowerFromIncident(OfIncident, Lower):
    """Lower the mode of a surface because of an incident."""

    def load(self) -> Surface:
        """Return the surface of the address."""
        return self.surface()

    def verdict(self, obj: Surface) -> Verdict:
        """Say whether this person may: as on the surface's page, or because they lead the incident."""
        return self.while_open(modes.may_lower(self.user, obj, queries.mode_standing(self.user, self.incident, obj)))

    def perform(self, obj: Surface, given: Mapping[str, Any]) -> Pulled:  # type: ignore[override]
        """Lower it, and time it."""
        return actions.lower(self.incident, obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Pulled) -> str:  # type: ignore[override]
        """Say how long it took."""
        return f"It is lowered, and served after {result.seconds:.2f} s."


class RollBackFromIncident(OfIncident):
    """Propose an earlier revision because of an incident."""

    submit, form_class, tone = "Propose the rollback", RollBackForm, "stop"
    lead = "An earlier revision is proposed again, under its own hash, through the lane for rollbacks."
    fields_template = "incidents/levers/_roll_back.html"

    def load(self) -> Surface:
        """Return the surface of the address."""
        return self.surface()

    def get_title(self) -> str:
        """Name the surface."""
        return f"Roll back {self.obj.name}"

    def verdict(self, obj: Surface) -> Verdict:
        """Say whether this person may: whoever may edit the surface."""
        return self.while_open(surfaces.may_edit(self.user, obj))

    def form_arguments(self, obj: Surface) -> dict[str, Any]:
        """Offer the revisions that once held."""
        return {"targets": changes.rollback_targets(obj)}

    def initial(self, obj: Surface) -> dict[str, Any]:
        """Start with the newest of them."""
        return {"to": changes.rollback_targets(obj).first()}

    def extra(self, obj: Surface) -> dict[str, Any]:
        """Say what holds now, and whether another change is open."""
        return {"surface": obj, "open": changes.open_change(obj)}

    def perform(self, obj: Surface, given: Mapping[str, Any]) -> Pulled:
        """Propose it."""
        words = {"to": given["to"], "reason": given["why"]}
        return actions.roll_back(self.incident, obj, actor=self.user, expected_version=self.seen_version, **words)

    def said(self, result: Pulled) -> str:
        """Say what happens next."""
        return "The rollback is proposed; it holds once the people whom policy names have agreed."


class QuarantineFromIncident(OfIncident, Place):
    """Take a thing out of use for every surface because of an incident."""

    def verdict(self, obj: Any) -> Verdict:
        """Say whether this person may: as anywhere, or because they lead the incident."""
        standing = queries.quarantine_standing(self.user, self.incident, self.kind, obj)
        return self.while_open(quarantine.may_place(self.user, standing))

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Pulled:  # type: ignore[override]
        """Place it, and time it."""
        return actions.take_out(self.incident, actor=self.user, kind=self.kind, thing=obj, reason=given["reason"])

    def said(self, result: Pulled) -> str:  # type: ignore[override]
        """Say how long it took."""
        return f"No surface uses it from now on; served after {result.seconds:.2f} s."
