"""What is done to targets, witnesses and watched logs."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.urls import reverse

from governance.core.verdict import Verdict
from governance.people.views.sensitive import SensitivePage
from governance.ui.pages import ActionPage
from governance.witness import actions, queries, rules
from governance.witness.forms import FoundForm, PublicationForm, WatchedLogForm, WhyForm, WitnessForm
from governance.witness.models import Publication, WatchedLog, Witness


class Keeping(ActionPage):
    """Base of them all: administrators only."""

    nav = "ledger"

    def verdict(self, obj: Any) -> Verdict:
        """Ask the rule."""
        return rules.may_keep(self.user)

    def said(self, result: Any) -> str:
        """Say so."""
        return f"{result} is saved."


class AddPublication(Keeping):
    """Have checkpoints published somewhere."""

    title, submit, form_class = "Publish checkpoints to another place", "Add it", PublicationForm
    lead = "New checkpoints go there by themselves. They hold hashes and numbers only, nothing of what entries say."

    def back_url(self, obj: None) -> str:
        """Return to the list."""
        return reverse("publications")

    def perform(self, obj: None, given: Mapping[str, Any]) -> Publication:
        """Add it."""
        return actions.add_publication(actor=self.user, **given)


class AddWitness(Keeping, SensitivePage):
    """Name a witness."""

    title, submit, form_class = "Add a witness", "Add it", WitnessForm
    lead = "It is asked to cosign each new checkpoint. It gets hashes and numbers only, nothing of what entries say."

    def back_url(self, obj: None) -> str:
        """Return to the list."""
        return reverse("witnesses")

    def perform(self, obj: None, given: Mapping[str, Any]) -> Witness:
        """Add it."""
        return actions.add_witness(actor=self.user, **given)


class AddWatchedLog(Keeping, SensitivePage):
    """Cosign a log of somebody else."""

    title, submit, form_class = "Cosign a log", "Cosign it", WatchedLogForm
    lead = "Checkpoints signed by its keys are cosigned here, as long as each extends the last one."

    def back_url(self, obj: None) -> str:
        """Return to the list."""
        return reverse("watched-logs")

    def perform(self, obj: None, given: Mapping[str, Any]) -> WatchedLog:
        """Cosign it."""
        return actions.watch(actor=self.user, **given)


class OnPublication(Keeping):
    """Base of what is done to one target."""

    def load(self) -> Publication:
        """Return the target of the address."""
        return queries.get(queries.publications(self.user), "CP", self.kwargs["key"])


class OnWitness(Keeping):
    """Base of what is done to one witness."""

    def load(self) -> Witness:
        """Return the witness of the address."""
        return queries.get(queries.witnesses(self.user), "WT", self.kwargs["key"])


class OnLog(Keeping):
    """Base of what is done to one watched log."""

    def load(self) -> WatchedLog:
        """Return the log of the address."""
        return queries.get(queries.logs(self.user), "WL", self.kwargs["key"])


class EditPublication(OnPublication):
    """Change a target."""

    title, form_class = "Change the target", PublicationForm

    def form_arguments(self, obj: Publication) -> dict[str, Any]:
        """Ask for what its kind needs."""
        return {"kind": obj.kind}

    def initial(self, obj: Publication) -> dict[str, Any]:
        """Start with what is."""
        return {"name": obj.name, "place": obj.place, "channel": obj.channel_id, "every_minutes": obj.every_minutes}

    def perform(self, obj: Publication, given: Mapping[str, Any]) -> Publication:
        """Save it."""
        return actions.edit_publication(obj, actor=self.user, changes=given, expected_version=self.seen_version)


class PublishNow(OnPublication):
    """Publish the newest checkpoint at once."""

    title, submit = "Publish now", "Publish now"
    lead = "What is not sealed yet is sealed first."

    def perform(self, obj: Publication, given: Mapping[str, Any]) -> Publication:
        """Ask for it."""
        return actions.publish_now(obj, actor=self.user)

    def said(self, result: Publication) -> str:
        """Say so."""
        return "It is on its way; reload this page in a moment."


class EditWitness(OnWitness, SensitivePage):
    """Change a witness."""

    title, form_class = "Change the witness", WitnessForm

    def form_arguments(self, obj: Witness) -> dict[str, Any]:
        """Its key stays."""
        return {"held": True}

    def initial(self, obj: Witness) -> dict[str, Any]:
        """Start with what is."""
        return {"name": obj.name, "url": obj.url}

    def perform(self, obj: Witness, given: Mapping[str, Any]) -> Witness:
        """Save it."""
        return actions.edit_witness(obj, actor=self.user, changes=given, expected_version=self.seen_version)


class ClearAlarm(OnWitness):
    """Ask a witness again after its alarm."""

    title, submit, form_class, tone = "Clear the alarm", "Clear it", FoundForm, "stop"
    lead = "Verify the ledger first, and compare it with what the witness has and with published checkpoints."

    def perform(self, obj: Witness, given: Mapping[str, Any]) -> Witness:
        """Clear it."""
        return actions.clear_alarm(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)


class EditLog(OnLog, SensitivePage):
    """Change a watched log."""

    title, form_class = "Change the log", WatchedLogForm

    def form_arguments(self, obj: WatchedLog) -> dict[str, Any]:
        """Its origin stays."""
        return {"held": True}

    def initial(self, obj: WatchedLog) -> dict[str, Any]:
        """Start with what is."""
        return {"name": obj.name, "vkeys": obj.vkeys}

    def perform(self, obj: WatchedLog, given: Mapping[str, Any]) -> WatchedLog:
        """Save it."""
        return actions.edit_log(obj, actor=self.user, changes=given, expected_version=self.seen_version)


class Move(Keeping):
    """Base of pausing, resuming and retiring."""

    form_class = WhyForm
    act: ClassVar[Any]

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Any:
        """Do it."""
        return type(self).act(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)


class Pause(Move):
    """Leave it out for a while."""

    title, submit, act = "Pause it", "Pause it", staticmethod(actions.pause)
    lead = "It is left out until somebody resumes it. What it has stays."


class Resume(Move):
    """Use it again."""

    title, submit, act = "Resume it", "Resume it", staticmethod(actions.resume)


class Retire(Move):
    """End it for good."""

    title, submit, tone, act = "Retire it", "Retire it", "stop", staticmethod(actions.retire)
    lead = "It is not used again. What it has, and what it cosigned, stays."


class PausePublication(OnPublication, Pause):
    """Pause a target."""


class ResumePublication(OnPublication, Resume):
    """Resume a target."""


class RetirePublication(OnPublication, Retire):
    """Retire a target."""


class PauseWitness(OnWitness, Pause):
    """Pause a witness."""


class ResumeWitness(OnWitness, Resume):
    """Resume a witness."""


class RetireWitness(OnWitness, Retire):
    """Retire a witness."""


class PauseLog(OnLog, Pause):
    """Pause a watched log."""


class ResumeLog(OnLog, Resume):
    """Resume a watched log."""
