"""What is done to questionnaires."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.core.models import Job
from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage
from registry.questionnaires import actions, queries, rules
from registry.questionnaires.actions.receiving import READ
from registry.questionnaires.forms import EditForm, LayoutForm, ReasonForm, ReceiveForm
from registry.questionnaires.layout import Layout
from registry.questionnaires.models import FilledFile, Questionnaire
from registry.questionnaires.views.lists import NAV


def reading_of(user: Any, questionnaire: Questionnaire) -> str:
    """Return the address of the job that reads a questionnaire for this person, or of its own page."""
    job = Job.objects.filter(kind=READ, owner=user, args__questionnaire=questionnaire.pk).order_by("-pk").first()
    return reverse("job", args=[job.pk]) if job else questionnaire.get_absolute_url()


class Receive(ActionPage):
    """Take a buyer's file in."""

    title, submit, form_class, nav = "Answer a questionnaire", "Read it", ReceiveForm, NAV
    lead = (
        "Its questions are found, and answers proposed from the library and from live records. Nothing leaves before you say so."
    )
    fields_template = "registry/questionnaires/_receive.html"

    def verdict(self, obj: Any) -> Verdict:
        """Auditors take nothing in."""
        return rules.may_receive(self.user)

    def initial(self, obj: Any) -> dict[str, Any]:
        """Whoever uploads it owns it."""
        return {"owner": self.user.pk}

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("questionnaires")

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Questionnaire:
        """Take it in."""
        file = given["file"]
        words = {name: given[name] for name in ("title", "buyer", "due_on", "owner")}
        return actions.receive(file, actor=self.user, name=file.name, **words)

    def success_url(self, result: Questionnaire) -> str:
        """Go to the job that reads it."""
        return reading_of(self.user, result)


class OnQuestionnaire(ActionPage):
    """Base of what is done to one questionnaire."""

    nav = NAV

    def load(self) -> Questionnaire:
        """Return the questionnaire of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Questionnaire) -> Verdict:
        """Say whether the person may, while it is being answered."""
        return rules.may_work(self.user, obj)


class EditQuestionnaire(OnQuestionnaire):
    """Another title, buyer, day or owner."""

    title, submit, form_class = "Change the questionnaire", "Save", EditForm

    def verdict(self, obj: Questionnaire) -> Verdict:
        """Who keeps it."""
        return rules.keeps(self.user, obj)

    def initial(self, obj: Questionnaire) -> dict[str, Any]:
        """Start with what is."""
        return {"title": obj.title, "buyer": obj.buyer, "due_on": obj.due_on, "owner": obj.owner_id}

    def perform(self, obj: Questionnaire, given: Mapping[str, Any]) -> Questionnaire:
        """Change it."""
        return actions.edit(obj, actor=self.user, expected_version=self.seen_version, **given)


class LayOut(OnQuestionnaire):
    """Say how the sheets are laid out, and read the file again."""

    title, submit, form_class, wide = "How the file is read", "Read it again", LayoutForm, True
    lead = "Columns by their letters. What was answered stays with its cell."
    fields_template = "registry/questionnaires/_lay_out.html"

    def form_arguments(self, obj: Questionnaire) -> dict[str, Any]:
        """Give the sheets."""
        return {"layouts": [Layout.from_json(each) for each in obj.layout]}

    def perform(self, obj: Questionnaire, given: Mapping[str, Any]) -> Questionnaire:
        """Lay it out anew."""
        return actions.lay_out(obj, actor=self.user, layouts=given["layouts"], expected_version=self.seen_version)

    def success_url(self, result: Questionnaire) -> str:
        """Go to the job that reads it."""
        return reading_of(self.user, result)


class ProposeAgain(OnQuestionnaire):
    """Propose over what is held now."""

    title, submit = "Propose again", "Propose again"
    lead = "All open questions are looked up anew. What was answered stays."

    def perform(self, obj: Questionnaire, given: Mapping[str, Any]) -> Job:
        """Ask for it."""
        job: Job = actions.ask_to_propose(obj, actor=self.user)
        return job

    def success_url(self, result: Job) -> str:
        """Go to the job."""
        return reverse("job", args=[result.pk])


class AcceptSure(OnQuestionnaire):
    """Take the sure proposals together."""

    title, submit = "Take all that are sure", "Take them"
    lead = (
        "Every open question whose best proposal fits by at least 80 % and is not stale is answered with it, under your name."
        " You can open each again."
    )

    def perform(self, obj: Questionnaire, given: Mapping[str, Any]) -> Questionnaire:
        """Take them."""
        self.number = actions.accept_sure(obj, actor=self.user)
        return obj

    def said(self, result: Questionnaire) -> str:
        """Say how many."""
        return f"{self.number:,} question{'s are' if self.number != 1 else ' is'} answered. Look through them before you send."


class FillBack(OnQuestionnaire):
    """Put the answers into the buyer's file."""

    title, submit = "Fill the answers in", "Fill them in"
    lead = "A copy of the file with the answers in their cells is kept here. The file as it came stays as it is."

    def perform(self, obj: Questionnaire, given: Mapping[str, Any]) -> FilledFile:
        """Fill it."""
        return actions.fill(obj, actor=self.user)

    def said(self, result: FilledFile) -> str:
        """Say what was filled."""
        return f"{result.answered:,} answers are filled in. Look at what the file says beside them, then download it."

    def success_url(self, result: FilledFile) -> str:
        """Return to the questionnaire, where the files are."""
        return f"{result.questionnaire.get_absolute_url()}#files"


class SendBack(OnQuestionnaire):
    """It went back to the buyer."""

    title, submit = "It went back", "It went back"
    lead = "The newest filled file is recorded as what the buyer got, under its hash."

    def perform(self, obj: Questionnaire, given: Mapping[str, Any]) -> Questionnaire:
        """Close it."""
        return actions.send(obj, actor=self.user, expected_version=self.seen_version)

    def said(self, result: Questionnaire) -> str:
        """Say so."""
        return f"{result.key} is sent back."


class ReopenQuestionnaire(OnQuestionnaire):
    """Open it again."""

    title, submit, form_class = "Open it again", "Open it", ReasonForm

    def verdict(self, obj: Questionnaire) -> Verdict:
        """Who keeps it, once it was sent."""
        return rules.may_reopen(self.user, obj)

    def perform(self, obj: Questionnaire, given: Mapping[str, Any]) -> Questionnaire:
        """Open it."""
        return actions.reopen(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)


class WithdrawQuestionnaire(OnQuestionnaire):
    """It will not be answered."""

    title, submit, form_class, tone = "Withdraw the questionnaire", "Withdraw", ReasonForm, "stop"
    lead = "Its file and answers stay; nobody answers it any more."

    def verdict(self, obj: Questionnaire) -> Verdict:
        """Who keeps it."""
        return rules.may_withdraw(self.user, obj)

    def perform(self, obj: Questionnaire, given: Mapping[str, Any]) -> Questionnaire:
        """Withdraw it."""
        return actions.withdraw(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)
