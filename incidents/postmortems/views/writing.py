"""Writing a postmortem: begin it, write its texts beside others, name causes, choose moments, put it before its approvers."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.charter.compare import marked
from governance.core.errors import NotVisible
from governance.core.verdict import Verdict
from governance.ui import atoms
from governance.ui.pages import ActionPage
from incidents.cases import queries as cases
from incidents.cases.models import Incident
from incidents.postmortems import actions, blameless, demands, forms, queries, reading, rules
from incidents.postmortems.models import Postmortem, PostmortemCause, PostmortemSection
from incidents.running import queries as running


class Begin(ActionPage):
    """Begin the postmortem of an incident."""

    title, submit = "Begin the postmortem", "Begin it"
    lead = (
        "It asks how this could happen, and what in the system changes. Nobody is blamed, and several people can write at once."
    )

    def load(self) -> Incident:
        """Return the incident of the address."""
        return cases.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Incident) -> Verdict:
        """Say whether it can be begun now, by this person."""
        return rules.may_begin(self.user, obj, running.standing(self.user, obj))

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Postmortem:
        """Begin it."""
        return actions.begin(obj, actor=self.user)

    def said(self, result: Postmortem) -> str:
        """Say what comes next."""
        return f"{result.key} is begun. Write its texts in any order."


class OnPostmortem(ActionPage):
    """Base of what is done to one postmortem."""

    def load(self) -> Any:
        """Return the postmortem of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Any) -> Verdict:
        """Say whether this person may write at it as it stands."""
        return rules.may_change(self.user, obj, queries.sees(self.user, obj.incident))

    def success_url(self, result: Any) -> str:
        """Return to the postmortem."""
        return reverse("postmortem", args=[queries.KEY.sub(r"PM-\1", self.kwargs["key"])])

    def back_url(self, obj: Any) -> str:
        """Return to the postmortem."""
        return reverse("postmortem", args=[self.kwargs["key"]])


class Write(OnPostmortem):
    """Write one text. Who saves second sees what the first wrote beside their own, and decides; no word is lost."""

    submit, form_class, wide = "Save", forms.TextForm, True
    fields_template = "incidents/postmortems/_write.html"

    def load(self) -> PostmortemSection:
        """Return the text of the address."""
        return queries.section(queries.get(self.user, self.kwargs["key"]), self.kwargs["kind"])

    def verdict(self, obj: PostmortemSection) -> Verdict:
        """Say whether this person may write at it as it stands."""
        return super().verdict(obj.postmortem)

    def get_title(self) -> str:
        """Name the text."""
        return self.obj.heading if self.obj is not None else ""

    def initial(self, obj: PostmortemSection) -> dict[str, Any]:
        """Start with what it says now."""
        return {"text": obj.text}

    def form_arguments(self, obj: PostmortemSection) -> dict[str, Any]:
        """Say what to think of."""
        return {"heading": obj.heading, "hint": obj.hint}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save; or put what somebody else wrote and what was typed into the box, one after the other."""
        if "together" not in request.POST:
            return super().post(request, *args, **kwargs)
        self.obj = obj = self.load()
        both = f"{obj.text}\n\n{request.POST.get('text', '')}".strip()
        form = self.form_class(data={"text": both}, **self.form_arguments(obj))
        return self.show(obj, form, joined=True)

    def extra(self, obj: PostmortemSection) -> dict[str, Any]:
        """Show what somebody else wrote meanwhile, and hints on the words."""
        typed = self.request.POST.get("text", "").replace("\r\n", "\n").strip() if self.request.method == "POST" else None
        met = typed is not None and "together" not in self.request.POST and self.seen_version != obj.version
        names = reading.names(obj.postmortem.incident)
        return {
            "others": obj if met and typed != obj.text else None,
            "others_marked": marked(obj.text, typed) if met and typed is not None else "",
            "hints": blameless.hints(obj.text if typed is None else typed, names),
        }

    def perform(self, obj: PostmortemSection, given: Mapping[str, Any]) -> PostmortemSection:
        """Save it."""
        text = given["text"].replace("\r\n", "\n")
        return actions.write_section(obj, actor=self.user, text=text, expected_version=self.seen_version)

    def said(self, result: PostmortemSection) -> str:
        """Say so."""
        return f"{result.heading} is saved."


class Retitle(OnPostmortem):
    """Give it another title."""

    title, submit, form_class = "Change the title", "Save", forms.TitleForm

    def initial(self, obj: Postmortem) -> dict[str, Any]:
        """Start with the title."""
        return {"title": obj.title}

    def perform(self, obj: Postmortem, given: Mapping[str, Any]) -> Postmortem:
        """Save it."""
        return actions.retitle(obj, actor=self.user, expected_version=self.seen_version, **given)


class NameCause(OnPostmortem):
    """Name a cause."""

    title, submit, form_class = "Name a cause", "Name it", forms.CauseForm
    lead = "Causes are counted over all incidents, so that what repeats is seen."

    def form_arguments(self, obj: Postmortem) -> dict[str, Any]:
        """Offer what is not named yet."""
        return {"taken": set(obj.causes.values_list("cause", flat=True))}

    def perform(self, obj: Postmortem, given: Mapping[str, Any]) -> PostmortemCause:
        """Name it."""
        return actions.name_cause(obj, actor=self.user, **given)


class OnCause(OnPostmortem):
    """Base of what is done to one cause."""

    def load(self) -> PostmortemCause:
        """Return the cause of the address."""
        postmortem = queries.get(self.user, self.kwargs["key"])
        found = postmortem.causes.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotVisible("This cause is not named any more.", fix="Go back to the postmortem.")
        found.postmortem = postmortem
        return found

    def verdict(self, obj: PostmortemCause) -> Verdict:
        """Say whether this person may write at it as it stands."""
        return super().verdict(obj.postmortem)


class NoteCause(OnCause):
    """Say how a cause worked here."""

    submit, form_class = "Save", forms.CauseNoteForm

    def get_title(self) -> str:
        """Name the cause."""
        return demands.cause_named(self.obj.cause) if self.obj is not None else ""

    def initial(self, obj: PostmortemCause) -> dict[str, Any]:
        """Start with what is said."""
        return {"note": obj.note}

    def perform(self, obj: PostmortemCause, given: Mapping[str, Any]) -> PostmortemCause:
        """Save it."""
        return actions.note_cause(obj, actor=self.user, expected_version=self.seen_version, **given)


class DropCause(OnCause):
    """Take a cause back."""

    title, submit, tone = "Take the cause back", "Take it back", "stop"

    def perform(self, obj: PostmortemCause, given: Mapping[str, Any]) -> None:
        """Take it back."""
        actions.drop_cause(obj, actor=self.user)


class CutTimeline(OnPostmortem):
    """Choose which moments of the timeline are drawn in."""

    title, submit, form_class, wide = "Choose the moments", "Draw them in", forms.MomentsForm, True
    lead = "Those that one needs to understand what happened. All others stay on the incident's timeline."
    fields_template = "incidents/postmortems/_moments.html"

    def initial(self, obj: Postmortem) -> dict[str, Any]:
        """Start with those that are drawn in."""
        return {"moments": [str(each) for each in obj.moments]}

    def form_arguments(self, obj: Postmortem) -> dict[str, Any]:
        """Offer the whole timeline."""
        rows = obj.incident.timeline.select_related("author").order_by("at", "pk")
        return {"offered": [(str(row.pk), f"{atoms.exact(row.at)} · {row.text[:200]}") for row in rows]}

    def perform(self, obj: Postmortem, given: Mapping[str, Any]) -> Postmortem:
        """Draw them in."""
        return actions.cut_timeline(obj, actor=self.user, expected_version=self.seen_version, **given)


class AskForApproval(OnPostmortem):
    """Put it before the people whom policy names."""

    title, submit = "Ask for approval", "Ask for approval"
    lead = "From then on its texts, causes and moments are fixed under a hash. You cannot approve it yourself."

    def perform(self, obj: Postmortem, given: Mapping[str, Any]) -> Postmortem:
        """Ask."""
        return actions.ask_for_approval(obj, actor=self.user, expected_version=self.seen_version)

    def said(self, result: Postmortem) -> str:
        """Say who is asked."""
        return f"{result.key} is before its approvers."


class Revise(OnPostmortem):
    """Open an approved postmortem for another edition."""

    title, submit, form_class = "Begin another edition", "Begin it", forms.ReasonForm
    lead = "What was approved stays on record. The incident cannot close before the new edition is approved."

    def verdict(self, obj: Postmortem) -> Verdict:
        """Say whether it can be opened now."""
        return rules.may_revise(self.user, obj, running.standing(self.user, obj.incident))

    def perform(self, obj: Postmortem, given: Mapping[str, Any]) -> Postmortem:
        """Open it."""
        return actions.revise(obj, actor=self.user, expected_version=self.seen_version, **given)
