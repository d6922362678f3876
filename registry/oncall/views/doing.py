"""What is done to rotas: making, changing, layers, overrides, retiring."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.core import clock
from governance.core.errors import NotVisible
from governance.core.verdict import Verdict
from governance.people import queries as people
from governance.people import roles
from governance.people.models import Team, User
from governance.ui.pages import ActionPage
from registry.oncall import actions, queries, rules
from registry.oncall.forms import CoverForm, LayerForm, ReasonForm, RotaForm
from registry.oncall.models import Rota, RotaLayer, RotaOverride
from registry.oncall.reading import window_of


def teams_for(user: Any) -> Any:
    """Return the teams whose rotas and paths a person may keep."""
    return Team.objects.visible_to(user).all() if roles.governs(user) else people.teams_led(user)


class NewRota(ActionPage):
    """Make a rota."""

    title, submit, form_class, nav = "Make a rota", "Make it", RotaForm, "on-call"
    lead = "Next you add layers: who takes turns, how long, from when."

    def load(self) -> None:
        """Nothing is there yet."""

    def verdict(self, obj: Any) -> Verdict:
        """Those who govern, and team leads."""
        return rules.may_keep_some(self.user, people.teams_led(self.user).exists())

    def form_arguments(self, obj: Any) -> dict[str, Any]:
        """Offer the teams that this person keeps."""
        return {"teams": teams_for(self.user)}

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start in one's own team and zone."""
        return {"time_zone": self.user.time_zone, "team": self.user.team_id}

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("rotas")

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Rota:
        """Make it."""
        return actions.make_rota(actor=self.user, **given)


class OnRota(ActionPage):
    """Base of what is done to one rota."""

    nav = "on-call"

    def load(self) -> Rota:
        """Return the rota of the address."""
        return queries.rota(self.user, self.kwargs["key"])

    def verdict(self, obj: Rota) -> Verdict:
        """Say whether this person may."""
        return rules.may_change_rota(self.user, obj)


class ChangeRota(OnRota):
    """Change name, team and zone."""

    title, form_class = "Change the rota", RotaForm

    def form_arguments(self, obj: Rota) -> dict[str, Any]:
        """Offer the teams that this person keeps, and the one it has."""
        return {"teams": (teams_for(self.user) | Team.objects.filter(pk=obj.team_id)).distinct()}

    def initial(self, obj: Rota) -> dict[str, Any]:
        """Start with what holds."""
        return {"name": obj.name, "team": obj.team_id, "time_zone": obj.time_zone}

    def perform(self, obj: Rota, given: Mapping[str, Any]) -> Rota:
        """Change it."""
        return actions.change_rota(obj, actor=self.user, expected_version=self.seen_version, **given)


class AddLayer(OnRota):
    """Add a layer above those that are there."""

    title, submit, form_class = "Add a layer", "Add it", LayerForm
    lead = "The people take turns in this order, the first of them first. Above it others may stand, such as nights."
    fields_template = "registry/oncall/_layer_fields.html"
    layer: RotaLayer | None = None

    def initial(self, obj: Rota) -> dict[str, Any]:
        """Start with weekly turns from today."""
        name = "Primary" if not obj.layers.all() else ""
        return {"name": name, "every": 1, "rotation": "weekly", "handover": "09:00", "starts_on": clock.today()}

    def build(self, obj: Any, bound: bool) -> Any:
        """Keep the form, which turns what was typed into the layer's terms."""
        self.form: Any = super().build(obj, bound)
        return self.form

    def perform(self, obj: Rota, given: Mapping[str, Any]) -> Rota:
        """Set it."""
        return actions.set_layer(obj, self.form.terms(), actor=self.user, layer=self.layer, expected_version=self.seen_version)

    def success_url(self, result: Rota) -> str:
        """Go to the layers."""
        return reverse("rota-layers", args=[result.key])


def layer_of(rota: Rota, order: int) -> RotaLayer:
    """Return a rota's layer at a height. Raises NotVisible."""
    found: RotaLayer | None = next((layer for layer in rota.layers.all() if layer.order == order), None)
    if found is None:
        raise NotVisible("There is no such layer in this rota.", fix="Look at its layers.")
    return found


class ChangeLayer(AddLayer):
    """Change a layer: its turns and its people."""

    title, submit = "Change the layer", "Save"

    def load(self) -> Rota:
        """Return the rota, and keep the layer of the address."""
        rota = super().load()
        self.layer = layer_of(rota, self.kwargs["order"])
        return rota

    def form_arguments(self, obj: Rota) -> dict[str, Any]:
        """Say how many take turns, so that the form has room."""
        return {"taking": len(self.layer.people.all()) if self.layer else 0}

    def initial(self, obj: Rota) -> dict[str, Any]:
        """Start with what holds."""
        layer = self.layer
        assert layer is not None  # noqa: S101 - load() found it
        window = window_of(layer.restriction)
        held = {"weekdays": sorted(window.weekdays), "since": window.since, "until": window.until} if window else {}
        turns = {f"person_{number}": place.person.ref for number, place in enumerate(layer.people.all(), start=1)}
        names = ("name", "every", "rotation", "handover", "starts_on", "order")
        return {name: getattr(layer, name) for name in names} | held | turns


class RemoveLayer(OnRota):
    """Take a layer out."""

    title, submit, tone, form_class = "Remove the layer", "Remove it", "stop", ReasonForm
    lead = "What lies below it answers instead."

    def load(self) -> Rota:
        """Return the rota; its layer must be there."""
        rota = super().load()
        layer_of(rota, self.kwargs["order"])
        return rota

    def perform(self, obj: Rota, given: Mapping[str, Any]) -> Rota:
        """Remove it."""
        layer = layer_of(obj, self.kwargs["order"])
        return actions.remove_layer(obj, layer, actor=self.user, expected_version=self.seen_version, reason=given["reason"])

    def success_url(self, result: Rota) -> str:
        """Go to the layers."""
        return reverse("rota-layers", args=[result.key])


class RetireRota(OnRota):
    """Retire a rota."""

    title, submit, tone, form_class = "Retire the rota", "Retire it", "stop", ReasonForm
    lead = "It is kept with its history, and calls nobody any more."

    def perform(self, obj: Rota, given: Mapping[str, Any]) -> Rota:
        """Retire it."""
        return actions.retire_rota(obj, actor=self.user, expected_version=self.seen_version, reason=given["reason"])


class Cover(OnRota):
    """Put somebody else on call for a while."""

    title, submit, form_class = "Put somebody else on call", "Put them on call", CoverForm
    lead = "For that time they are called, whoever has the turn."

    def verdict(self, obj: Rota) -> Verdict:
        """Whoever takes turns in it, is of its team, or keeps it."""
        return rules.may_cover(self.user, obj, queries.is_in(self.user, obj))

    def initial(self, obj: Rota) -> dict[str, Any]:
        """Start with oneself."""
        return CoverForm.start(self.user)

    def perform(self, obj: Rota, given: Mapping[str, Any]) -> RotaOverride:
        """Put them on call."""
        person = User.objects.get(ref=given["person"])
        words = {name: given[name] for name in ("starts_at", "ends_at", "reason")}
        return actions.cover(obj, actor=self.user, person=person, **words)

    def success_url(self, result: RotaOverride) -> str:
        """Go to the overrides."""
        return reverse("rota-overrides", args=[result.rota.key])

    def said(self, result: RotaOverride) -> str:
        """Say so."""
        return f"{result.person} is on call for that time."


class CancelCover(OnRota):
    """Call an override off."""

    title, submit, tone, form_class = "Call the override off", "Call it off", "stop", ReasonForm
    lead = "If it runs already, it ends now."

    def load(self) -> Any:
        """Return the override of the address."""
        return queries.override(self.user, queries.rota(self.user, self.kwargs["key"]), self.kwargs["number"])

    def verdict(self, obj: Any) -> Verdict:
        """As for making one."""
        may = rules.may_cover(self.user, obj.rota, queries.is_in(self.user, obj.rota))
        return rules.may_cancel(obj, clock.now()) if may else may

    def back_url(self, obj: Any) -> str:
        """Return to the overrides."""
        return reverse("rota-overrides", args=[obj.rota.key])

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Any:
        """Call it off."""
        return actions.cancel_cover(obj, actor=self.user, expected_version=self.seen_version, reason=given["reason"])

    def success_url(self, result: Any) -> str:
        """Return to the overrides."""
        return reverse("rota-overrides", args=[result.rota.key])
