"""What the features above add to an incident's page: panels, shown by running in a place, in an order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from governance.core.contributions import contributed
from incidents.cases.models import Incident

Place = Literal["strip", "main", "aside"]


@dataclass(frozen=True)
class IncidentPanel:
    """A part of an incident's page.

    `where` is "strip" (across, under the head: clocks), "main" (left, under the timeline: postmortem) or "aside" (right:
    levers). `render(request, incident)` returns its safe HTML, empty where it has nothing to show, in few questions to
    the database; each panel is a `<section class="sheet">` of its own.
    """

    key: str
    where: Place
    render: Callable[[Any, Incident], Any]
    order: int = 100


@dataclass(frozen=True)
class IncidentButton:
    """A button in the head of an incident's page: `make(user, incident)` returns a Button of the UI kit, or None."""

    key: str
    make: Callable[[Any, Incident], Any]
    order: int = 100


def panels(request: Any, incident: Incident) -> Mapping[str, list[Any]]:
    """Return the drawn panels by place, without those that have nothing to show."""
    drawn: dict[str, list[Any]] = {"strip": [], "main": [], "aside": []}
    for panel in contributed(IncidentPanel):
        if html := panel.render(request, incident):
            drawn[panel.where].append(html)
    return drawn


def buttons(user: Any, incident: Incident) -> list[Any]:
    """Return the buttons that the features above add to the head."""
    made = (each.make(user, incident) for each in contributed(IncidentButton))
    return [button for button in made if button is not None]
