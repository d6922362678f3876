"""Evidence comes in: for a control of a surface, by itself, in the place of another, or from what is there already."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.urls import reverse

from governance.core.errors import NotVisible
from governance.core.verdict import Verdict
from governance.policy import queries as policy
from governance.ui.pages import ActionPage
from registry.evidence import actions, controls, queries, reading, records, rules
from registry.evidence.forms import AttachForm, CollectForm
from registry.evidence.models import Evidence, EvidenceUse
from registry.evidence.views.returning import back_of
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface, SurfaceState

OFFERED = 200
SHOWN = 8


def what(user: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form holds as the fields of an action. Raises Invalid for a record that is not there."""
    file, record = given["file"], given["record"].strip()
    found = records.find(user, record) if record else None
    plain = {name: given[name] for name in ("title", "note", "url", "collected_on", "expires_on")}
    return plain | {"file": file, "file_name": file.name if file else "", "record": found}


class Collect(ActionPage):
    """Collect something new, for a control or for later; or use what is there."""

    title, submit, form_class, wide = "Collect evidence", "Keep it", CollectForm, True
    template, fields_template = "registry/evidence/new.html", "registry/evidence/_fields.html"

    def load(self) -> Surface | None:
        """Return the surface of the address, or None."""
        key = self.request.GET.get("surface", "")
        return surfaces.get(self.user, key) if key else None

    def verdict(self, obj: Surface | None) -> Verdict:
        """Say whether the person may."""
        return queries.may_attach(self.user, obj) if obj is not None else rules.may_collect(self.user)

    @property
    def control(self) -> str:
        """The control that it is for. Raises NotVisible for one that does not exist."""
        key = self.request.GET.get("control", "") if self.request.GET.get("surface") else ""
        known = controls.names(policy.document())
        if key and key not in known and not key.startswith(controls.OWASP):
            raise NotVisible("Policy has no such control.", fix="Go back to the surface's controls.")
        return key

    def get_title(self) -> str:
        """Say what it is for."""
        return f"Evidence for {reading.demand(self.control)['name'].lower()}" if self.control else str(self.title)

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Lead back to the surface, or to the list."""
        if self.obj is not None:
            return [(str(self.obj), self.obj.get_absolute_url()), (self.get_title(), "")]
        return [("Evidence", reverse("evidence-list")), (self.get_title(), "")]

    def form_arguments(self, obj: Surface | None) -> dict[str, Any]:
        """Ask for the control where only the surface is known."""
        if obj is None or self.control:
            return {}
        tier = policy.tier(obj.tier or 0)
        return {"controls": controls.asked_of(tier.controls, policy.document())}

    def extra(self, obj: Surface | None) -> dict[str, Any]:
        """Show what policy wants, and what is there already."""
        if obj is None or not self.control:
            return {"surface": obj}
        words = self.request.GET.get("q", "")
        found = queries.attachable(self.user, obj, self.control, words)
        return {
            "surface": obj,
            "control": self.control,
            "demand": reading.demand(self.control),
            "words": words,
            "origin": back_of(self.request, ""),
            "offered": found[:SHOWN],
            "more": max(found.count() - SHOWN, 0),
        }

    def perform(self, obj: Surface | None, given: Mapping[str, Any]) -> Evidence:
        """Keep it."""
        control = self.control or given.get("control", "")
        surface = obj if control else None
        return actions.collect(actor=self.user, surface=surface, control=control, **what(self.user, given))

    def back_url(self, obj: Surface | None) -> str:
        """Return to the surface, or to the list."""
        return back_of(self.request, obj.get_absolute_url() if obj is not None else reverse("evidence-list"))

    def success_url(self, result: Evidence) -> str:
        """Go back where one came from, or to what was kept."""
        return back_of(self.request, result.get_absolute_url())

    def said(self, result: Evidence) -> str:
        """Say so, and what else holds the same file."""
        serves = f" and serves {self.obj}" if result.uses.exists() else ""
        twin = queries.twins(self.user, result).first()
        return f"{result.key} is kept{serves}." + (f" The same file is {twin.key}, too." if twin else "")


class Renew(ActionPage):
    """Let a new one take the place of this."""

    title, submit, form_class, wide = "Renew the evidence", "Renew", CollectForm, True
    fields_template = "registry/evidence/_fields.html"

    def load(self) -> Evidence:
        """Return the evidence of the address."""
        return queries.get(self.user, self.kwargs["key"])

    @property
    def lead(self) -> str:  # type: ignore[override]
        """Say what the new one takes over."""
        said = reading.said_of_uses(self.user, self.obj)
        if rules.takes_over_all(self.user, self.obj):
            return f"{said} The new one serves there from now on; this one stays in history."
        return f"{said} The new one serves on those you may edit; this one stays where it still serves."

    def verdict(self, obj: Evidence) -> Verdict:
        """Say whether the person may."""
        uses = queries.uses(obj)
        return rules.may_renew(self.user, obj, uses, queries.editable(self.user, uses))

    def initial(self, obj: Evidence) -> dict[str, Any]:
        """Begin with how the old one is called."""
        return {"title": obj.title, "note": obj.note}

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Lead back to the old one."""
        return [("Evidence", reverse("evidence-list")), (self.obj.key, self.obj.get_absolute_url()), ("Renew", "")]

    def perform(self, obj: Evidence, given: Mapping[str, Any]) -> Evidence:
        """Renew."""
        return actions.renew(obj, actor=self.user, expected_version=self.seen_version, **what(self.user, given))

    def said(self, result: Evidence) -> str:
        """Say so."""
        return f"{result.key} serves in its place."


class Attach(ActionPage):
    """Use evidence for one more control."""

    title, submit, form_class = "Use it elsewhere", "Use it", AttachForm
    lead = "The same evidence can show the same thing on many surfaces."
    fields_template = "registry/evidence/_attach.html"

    def load(self) -> Evidence:
        """Return the evidence of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Evidence) -> Verdict:
        """Whoever may collect may ask; the surface decides."""
        return rules.may_collect(self.user)

    def form_arguments(self, obj: Evidence) -> dict[str, Any]:
        """Offer what evidence can serve, and the surfaces one works on."""
        mine = surfaces.visible_to(self.user).exclude(state=SurfaceState.RETIRED)
        own = Q(owner=self.user) | (Q(team=self.user.team_id) if self.user.team_id else Q())
        near = mine.filter(own)
        offered = [(each.key, each.name) for each in near.order_by("name")[:OFFERED]]
        offered_controls = controls.shown_by_evidence(policy.document())
        sent = self.request.POST.get("control", "")
        if sent and sent not in dict(offered_controls):  # the action says whether there is such a control
            offered_controls.append((sent, controls.name_of(sent, {})))
        return {"controls": offered_controls, "offered": offered}

    def perform(self, obj: Evidence, given: Mapping[str, Any]) -> EvidenceUse:
        """Attach it."""
        surface = surfaces.get(self.user, given["surface"].strip())
        return actions.attach(obj, surface, given["control"], actor=self.user)

    def success_url(self, result: EvidenceUse) -> str:
        """Go back where one came from, or to the evidence."""
        return back_of(self.request, result.evidence.get_absolute_url())

    def said(self, result: EvidenceUse) -> str:
        """Say so."""
        return f"{result.evidence.key} serves {result.surface} now."
