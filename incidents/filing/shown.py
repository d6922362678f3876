"""What filing contributes: the button on every page, palette, import of past incidents, panels, notices, API."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core.contributions import (
    ApiRoute,
    ImportTarget,
    ObjectLink,
    PaletteCommand,
    RetentionKind,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.notifications.telling import NoticeRule
from governance.people import roles
from governance.ui.extensions import ObjectButton, PersonLink, TopAction
from incidents.cases.models import Incident
from incidents.cases.panels import IncidentPanel
from incidents.filing import keeping, panels, queries, rules
from incidents.filing.importing.adapter import IncidentImport
from incidents.filing.importing.fields import fields
from incidents.filing.models import Report
from registry.evidence.keeping import discard, files


def may_report(user: Any) -> bool:
    """Whether somebody is offered to report."""
    return bool(rules.may_report(user))


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find report links by key or by where they are handed out."""
    named = queries.KEY.match(words) if words[:2].upper() == "RL" else None
    found = queries.links(user).filter(Q(pk=int(named.group(1))) if named else Q(name__icontains=words))
    return [SearchHit(link.name, link.get_absolute_url(), link.key, "link") for link in found.order_by("-pk")[:limit]]


def told_of_more(entry: Any, body: dict[str, Any]) -> Iterable[Any]:
    """Return who works on an incident to which its reporter added something."""
    found = Incident.objects.select_related("owner", "commander", "scribe").filter(pk=entry.subject_id).first()
    people = (found.owner, found.commander, found.scribe) if found is not None else ()
    return [person for person in people if person is not None]


def told_as_reporter(entry: Any, body: dict[str, Any]) -> Iterable[Any]:
    """Return who reported an incident under their own name."""
    found = Report.objects.select_related("incident__reporter").filter(incident=entry.subject_id).first()
    return [found.incident.reporter] if found is not None and found.incident.reporter is not None else []


def own_page(entry: Any, body: dict[str, Any]) -> str:
    """Return where a reporter follows what they reported."""
    return reverse("my-report", args=[entry.subject_key])


contribute(TopAction("report", "Report a problem", "Report", "report", "incident", visible=may_report))
contribute(
    PaletteCommand(
        "report",
        "Report a problem",
        lambda user: reverse("report"),
        words="incident near miss file declare wrong harm",
        icon="incident",
        visible=may_report,
    )
)
contribute(PaletteCommand("report.mine", "My reports", lambda user: reverse("my-reports"), words="incidents I reported"))
contribute(
    PaletteCommand(
        "report.links",
        "Report links",
        lambda user: reverse("report-links"),
        words="qr code poster share public without account",
        icon="link",
    )
)
contribute(
    PaletteCommand(
        "report.link",
        "Hand out a report link",
        lambda user: reverse("report-link-new"),
        words="qr code poster share public",
        icon="plus",
        visible=roles.may_write,
    )
)
contribute(PersonLink("reports", "My reports", "my-reports", "incident"))
contribute(SearchSource("report-links", "Report links", find, order=90))
contribute(ObjectLink("incidents.reportlink", lambda pk: reverse("report-link", args=[f"RL-{pk}"])))
contribute(Commentable("incidents.reportlink", queries.links))
contribute(ImportTarget("incidents", "Past incidents", fields, IncidentImport(), order=40))
contribute(IncidentPanel("report", "aside", panels.answers, order=80))
contribute(ObjectButton("run.reported", "registry.evalrun", panels.of_run))
contribute(ObjectButton("gate.reported", "registry.gatecheck", panels.of_check))
contribute(
    NoticeRule(
        "report.added",
        told=told_of_more,
        text=lambda entry, body: f"The reporter of {entry.subject_key} added something.",
        url=lambda entry, body: reverse("incident", args=[entry.subject_key]),
    )
)
contribute(
    NoticeRule(
        "incident.acknowledged",
        told=told_as_reporter,
        text=lambda entry, body: f"Somebody is on what you reported, {entry.subject_key}.",
        url=own_page,
    )
)
contribute(
    NoticeRule(
        "incident.resolved",
        told=told_as_reporter,
        text=lambda entry, body: f"What you reported is over, {entry.subject_key}.",
        url=own_page,
    )
)
contribute(ApiRoute("report-links", "report-links", load=lambda: import_string("incidents.filing.api.ReportLinkApi"), order=62))
contribute(ApiRoute("alertmanager", "alertmanager", load=lambda: import_string("incidents.filing.api.AlertmanagerApi"), order=63))
contribute(
    RetentionKind(
        "attachments",
        "Files of closed incidents",
        "The file goes, unless something else holds it. Its name, size and hash stay with the incident.",
        rows=keeping.kept,
        since="incident__closed_at",
        expire=len,
        after=discard,
        bound=files,
        name=lambda row: f"{row.incident.key} {row.file_name}",
        tier="incident__tier",
        people=("by__ref", "incident__reporter__ref"),
        surfaces=("incident__surface", "incident__surface_rows__surface"),
        incidents=("incident",),
        batch=200,
        order=110,
    )
)
