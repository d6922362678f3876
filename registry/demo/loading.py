"""Makes the demo company through the product's own actions, each at its moment of the past."""

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from governance.approvals.models import ApprovalRequest, ApprovalStep
from governance.charter import actions as charter
from governance.core import clock
from governance.core.contributions import DemoPart, contributed
from governance.core.errors import Conflict
from governance.core.models import Company
from governance.people import actions as people
from governance.people import queries as people_queries
from governance.people.bench import TEAM_LEAD
from governance.people.models import Position, Team, User
from governance.policy.models import DataClass
from registry.catalog import actions as catalog
from registry.catalog.actions import RuleChange
from registry.catalog.models import Endpoint, Vendor
from registry.controls import following
from registry.demo import happenings, oncall, paperwork
from registry.demo.stories import answer_next, approve_all, tell
from registry.evidence.models import Evidence
from registry.surfaces.models import Surface

HOURS = 168  # in a week
ANSWERS = (2, 5, 26, 3, 9, 44, 1, 20, 7, 31, 4, 68)  # hours until somebody answers, in turns
CHARTER_SIGNED = 4.5  # weeks ago
DATA = Path(__file__).with_name("company.yaml")
PASSWORD = "look-around-the-demo"  # noqa: S105 - shown beside the sign-in form; the demo holds nothing real


@dataclass
class Story:
    """What is being loaded: the data, the day it ends on, and who and what was made so far."""

    data: Mapping[str, Any]
    today: datetime
    admin: User
    cast: dict[str, User] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    events: list[tuple[float, int, Callable[[], Any]]] = field(default_factory=list)
    shared: dict[str, Evidence] = field(default_factory=dict)
    told: int = 0
    place: float = 0

    def at(self, weeks_ago: float, what: Callable[[], Any]) -> None:
        """Let something happen some weeks ago; what is told first happens first at the same moment."""
        self.told += 1
        heapq.heappush(self.events, (-weeks_ago, self.told, what))

    def later(self, hours: float, what: Callable[[], Any]) -> None:
        """Let something happen some hours after what happens now, and before today ends."""
        self.at(max(-self.place - hours / HOURS, 0), what)

    def answer(self, request: ApprovalRequest, leave: int = 0) -> None:
        """Let the people whom policy names approve one by one, each in their own time; `leave` places stay open."""
        waiting = request.steps.filter(state=ApprovalStep.State.WAITING).count() - leave
        for number in range(waiting):
            hours = ANSWERS[(request.pk + 3 * number) % len(ANSWERS)] * (0.1 if request.lane == "rollback" else 1)
            self.later(hours + number * 0.4, partial(answer_next, self, request.pk, last_first=leave > 0))

    def prepare(self, surface: Surface, contract: Mapping[str, Any]) -> None:
        """Bring in what a contract lacks before it is proposed."""
        paperwork.prepare(self, surface, contract)

    def moment(self, weeks_ago: float) -> datetime:
        """Return a working hour so many weeks before today."""
        return self.today - timedelta(weeks=weeks_ago)


def load(progress: Callable[..., None]) -> dict[str, Any]:
    """Load the demo company into an empty installation. Raises Conflict when there is anybody already."""
    if not people_queries.is_empty():
        raise Conflict("This installation is not empty.", fix="The demo needs one of its own: set PLUMBLINE_HOME elsewhere.")
    data = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    today = clock.now()
    with following.paused():
        with clock.telling(today - timedelta(weeks=data["began"])):
            story = _found(data, today)
        _tell_all(story)
        done = 0
        while story.events:
            story.place, _, what = heapq.heappop(story.events)
            with clock.telling(story.moment(-story.place)):
                what()
            done += 1
            progress(done, done + len(story.events), "Six months are happening")
    following.follow(lambda *said: None)
    following.look_at_all(lambda *said: None)
    return {"surfaces": len(data["surfaces"]), "people": len(story.cast)}


def _found(data: Mapping[str, Any], today: datetime) -> Story:
    admin = people.found_company(
        data["company"],
        admin_name="Ada Brandt",
        admin_email=f"ada@{data['domain']}",
        password=PASSWORD,
        time_zone=data["time_zone"],
    )
    Company.objects.filter(pk=1).update(has_demo=True)
    story = Story(data, today, admin, cast={"ada": admin})
    for team in data["teams"]:
        story.teams[team["key"]] = people.create_team(team["name"], actor=admin, key=team["key"], cost_centre=team["cost_centre"])
    for person in data["people"]:
        story.cast[person["key"]] = people.add_person(
            person["name"],
            actor=admin,
            email=f"{person['key']}@{data['domain']}",
            role=person["role"],
            team=story.teams.get(person.get("team", "")),
            title=person["title"],
        )
    # One hash for all: hashing twenty times would take most of the loading.
    User.objects.filter(pk__in=[person.pk for person in story.cast.values()]).update(password=admin.password)
    _structure(story)
    return story


def _structure(story: Story) -> None:
    for team in story.data["teams"]:
        people.change_team(story.teams[team["key"]], actor=story.admin, changes={"lead": story.cast[team["lead"]]})
    positions = {position.key: position for position in Position.objects.all()}
    for team in story.data["teams"]:
        deputy, held = story.cast[team["deputy"]], story.teams[team["key"]]
        people.name_holder(
            positions[TEAM_LEAD], actor=story.admin, person=deputy, team=held, is_deputy=True, starts_on=clock.today()
        )
    for row in story.data["positions"]:
        for part in ("holder", "deputy"):
            if part in row:
                people.name_holder(
                    positions[row["position"]],
                    actor=story.admin,
                    person=story.cast[row[part]],
                    is_deputy=part == "deputy",
                    starts_on=clock.today(),
                )


def _tell_all(story: Story) -> None:
    began = story.data["began"]
    story.at(began - 0.2, partial(_catalog, story))
    story.at(began - 0.3, partial(_rules, story))
    story.at(CHARTER_SIGNED, partial(_charter, story))
    oncall.tell(story)
    paperwork.tell(story)
    happenings.tell(story)
    for number, about in enumerate(story.data["surfaces"]):
        tell(story, about, number)
    for part in contributed(DemoPart):
        part.load(story)
    for person in story.data["people"]:
        if "leaves" in person:
            leaver = story.cast[person["key"]]
            story.at(person["leaves"], partial(_leave, leaver, story.admin))


def _charter(story: Story) -> None:
    """The risk officer drafts the charter from what is held; the people whom policy names sign it."""
    draft = charter.draft_charter(actor=story.cast["rosa"], owner=story.cast["ingrid"])
    approve_all(charter.propose_charter(draft, actor=story.cast["rosa"]), story)


def _leave(person: User, admin: User) -> None:
    people.deactivate(User.objects.get(pk=person.pk), actor=admin, reason="Left the company.")


def _catalog(story: Story) -> None:
    """Vendors with their terms, endpoints and tools, proposed and approved where policy asks for it."""
    today, officer = story.today.date(), story.cast["rosa"]
    for row in story.data["vendors"]:
        vendor = catalog.add_vendor(
            actor=officer,
            key=row["key"],
            name=row["name"],
            owner=story.cast[row["owner"]],
            exit_plan=row["exit_plan"],
            review_on=today + timedelta(weeks=row["review_in"]),
        )
        terms = {topic: {"says": says, "checked_on": clock.today()} for topic, says in row["terms"].items()}
        catalog.set_terms(vendor, actor=officer, terms=terms)
        _approve_item(story, vendor)
    vendors = {vendor.key: vendor for vendor in Vendor.objects.all()}
    for row in story.data["endpoints"]:
        endpoint = catalog.add_endpoint(
            actor=officer,
            key=row["key"],
            name=row["name"],
            vendor=vendors[row["vendor"]],
            model=row["model"],
            region=row["region"],
            owner=story.cast[row["owner"]],
            account_ref="northwind-production",
            key_ref=f"vault: models/{row['vendor']}",
            deprecates_on=today + timedelta(weeks=row["deprecates_in"]) if "deprecates_in" in row else None,
        )
        if "input" in row:
            endpoint = catalog.set_price(
                endpoint,
                actor=officer,
                source="Contract of May 2026",
                input_price=Decimal(str(row["input"])),
                output_price=Decimal(str(row["output"])),
            )
        _approve_item(story, endpoint)
    for row in story.data["tools"]:
        tool = catalog.add_tool(
            actor=officer, key=row["key"], name=row["name"], effect=row["effect"], owner=story.cast[row["owner"]]
        )
        _approve_item(story, tool)


def _approve_item(story: Story, item: Any) -> None:
    request = catalog.propose(item, actor=story.cast["rosa"], reason="In use; terms and region are known.")
    if request is not None:
        approve_all(request, story)


def _rules(story: Story) -> None:
    classes = {each.key: each for each in DataClass.objects.all()}
    endpoints = {each.key: each for each in Endpoint.objects.all()}
    changes = [
        RuleChange(data_class=classes[key], endpoint=endpoints[endpoint], rule=rule)
        for endpoint, rules in story.data["rules"].items()
        for key, rule in rules.items()
    ]
    catalog.set_rules(changes, actor=story.cast["rosa"], reason="From the terms as read in May.")
