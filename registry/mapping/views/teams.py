"""A team's page: four plain fields, its list, and saying that it is complete. And exports, for whoever leads."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage
from registry.mapping import actions, queries, rules
from registry.mapping.forms import ExportForm, LineForm
from registry.mapping.models import MappingLine, MappingSession, MappingTeam
from registry.mapping.tables import OUTCOMES
from registry.mapping.views.sessions import Led


class TeamPage(ActionPage):
    """Where one team names the places in which it calls models; a link can lead here."""

    form_class, submit = LineForm, "Add it"
    fields_template = ""
    template = "registry/mapping/team.html"
    family = "reviews"

    def load(self) -> MappingTeam:
        """Return the invited team of the address."""
        return queries.team_of(queries.get(self.user, self.kwargs["key"]), self.kwargs["team"])

    def verdict(self, obj: MappingTeam) -> Verdict:
        """Ask whether the person may name places for this team."""
        return rules.may_name(self.user, obj.session, obj.team_id, {obj.team_id})

    def get_title(self) -> str:
        """Ask the question."""
        return f"Where does {self.obj.team} call models?" if self.obj else ""

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        session = self.obj.session
        return [
            ("Mapping sessions", reverse("mapping-sessions")),
            (session.name, session.get_absolute_url()),
            (str(self.obj.team), ""),
        ]

    def perform(self, obj: MappingTeam, given: Mapping[str, Any]) -> MappingLine:
        """Add the line."""
        return actions.say(obj.session, actor=self.user, team=obj.team, **given)

    def success_url(self, result: Any) -> str:
        """Stay here for the next one."""
        return self.request.path

    def said(self, result: MappingLine) -> str:
        """Say what was added."""
        return f"{result.what} is on the list."

    def back_url(self, obj: MappingTeam) -> str:
        """Return to the session."""
        return obj.session.get_absolute_url()

    def extra(self, obj: MappingTeam) -> dict[str, Any]:
        """Show the team's list so far, and what of it may be known already."""
        lines = list(queries.lines_of(self.user, obj.session).filter(team=obj.team))
        alike = queries.alike(self.user, [line for line in lines if line.outcome == "open"])
        return {
            "invited": obj,
            "listed_said": f"{len(lines)}",
            "done_url": reverse("mapping-team-done", args=[obj.session.key, obj.team.key]),
            "lines": [
                {"line": line, "state": (OUTCOMES[line.outcome], line.get_outcome_display()), "alike": alike.get(line.pk, [])}
                for line in lines
            ],
        }


class TeamDone(ActionPage):
    """Say that a team has named everything, or that it has not."""

    title, submit = "Everything is named", "Yes, that is all"
    family = "reviews"

    def load(self) -> MappingTeam:
        """Return the invited team of the address."""
        return queries.team_of(queries.get(self.user, self.kwargs["key"]), self.kwargs["team"])

    def verdict(self, obj: MappingTeam) -> Verdict:
        """Ask whether the person may."""
        return rules.may_name(self.user, obj.session, obj.team_id, {obj.team_id})

    def perform(self, obj: MappingTeam, given: Mapping[str, Any]) -> MappingTeam:
        """Mark it, or take the mark off."""
        change = actions.team_again if obj.done_at else actions.team_done
        return change(obj, actor=self.user, expected_version=self.seen_version)

    def success_url(self, result: MappingTeam) -> str:
        """Return to the session."""
        return self.back_url(result)

    def back_url(self, obj: MappingTeam) -> str:
        """Return to the session."""
        return obj.session.get_absolute_url()


class TakeExport(Led):
    """Bring in an export of sign-on or expenses."""

    title, submit, form_class = "Bring in an export", "Look for known products", ExportForm
    lead = "Products that are known to call a model become lines. Nothing else of the file is kept."

    def perform(self, obj: MappingSession, given: Mapping[str, Any]) -> Any:
        """Read it."""
        upload = given["file"]
        return actions.take_export(obj, actor=self.user, kind=given["kind"], data=upload.read(), name=upload.name)

    def said(self, result: Any) -> str:
        """Say what was found, and what was let go."""
        read, new = result
        columns = ", ".join(sorted(read.columns.values()))
        return (
            f"{new} new lines from {read.rows:,} rows; {read.unknown:,} rows name nothing known and were let go. Read: {columns}."
        )
