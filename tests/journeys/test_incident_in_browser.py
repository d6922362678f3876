"""From a poster on a wall to a closed incident, in real browsers: filed without an account, answered from the alert, a lever
read by an SDK, refused closing, learned from, approved, closed; and the budget that held expansion lets go."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from playwright.sync_api import Browser, expect

from governance.approvals import actions as approvals
from governance.channels import actions as channels
from governance.core import clock
from governance.people import actions as people
from governance.policy import queries as policy
from incidents.cases.models import Incident
from incidents.filing import actions as filing
from incidents.filing import reading
from incidents.postmortems import actions as postmortems
from registry.budgets import actions as budgets
from registry.budgets import queries
from registry.evals import actions as evals
from registry.evals.models import EvalSuite
from registry.oncall import actions as oncall
from registry.surfaces import actions as surfaces
from registry.surfaces.models import Surface
from tests.governance.channels.receiver import Receiver, receiving
from tests.journeys.browsing import Person, room, work
from tests.registry.building import make_catalog, make_surface
from tests.registry.modes.conftest import bring_live

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, reset_sequences=True)]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
DESK = {"viewport": {"width": 1440, "height": 900}}
PAGES = (
    "/incidents/", "/incidents/INC-1/", "/incidents/INC-1/reopen/", "/clocks/", "/alerts/", "/postmortems/",
    "/postmortems/patterns/", "/action-items/", "/incident-figures/", "/report/", "/report/links/", "/on-call/", "/channels/",
    "/channels/deliveries/", "/error-budgets/", "/surfaces/{key}/incidents/", "/surfaces/{key}/budget/", "/quarantines/",
)  # fmt: skip
"""What belongs to incidents, each looked at once by axe, on a wide screen or on a phone."""


@pytest.fixture
def receiver(settings: Any, live_server: Any) -> Iterator[Receiver]:
    """A chat that takes what it is sent, on this machine."""
    settings.CHANNEL_HOSTS, settings.BASE_URL, settings.MAIL_IS_SET_UP = ["127.0.0.1"], live_server.url, True
    with receiving() as found:
        yield found


@pytest.fixture
def surface(world: Any, receiver: Receiver) -> Surface:
    """A live surface with somebody to call, an objective that one harm spends, and a suite for what is learned."""
    make_catalog(actor=world.ada, owner=world.noor)
    made = bring_live(world, make_surface(actor=world.noor, owner=world.noor, team=world.team("claims")))
    surfaces.share(made, actor=world.noor, with_=world.ben)
    chat = channels.add(actor=world.ada, name="Claims on call", kind="slack", address=f"{receiver.url}/claims")
    path = oncall.make_path(actor=world.ada, name="Claims", steps=[oncall.StepTerms([chat, world.ben], 5)], repeat=1)
    oncall.make_route(actor=world.ada, path=path, team=world.team("claims"))
    evals.add_suite(actor=world.noor, name="Benefits answers", key="benefits-answers", good="As the plan says.")
    return made


@contextmanager
def public_links() -> Iterator[None]:
    """Let policy allow links that need no account."""
    held = policy.incident_rules
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(policy, "incident_rules", lambda version=None: replace(held(version), public_links=True))
        yield


def file_it(person: Person, address: str) -> None:
    """Answer the four questions on a phone, without an account."""
    person.goes_to(address)
    person.meets_no_barrier()
    person.writes("1. What happened?", "It quoted last year's copay to three callers.")
    person.ticks("Claims triage")
    person.page.locator("fieldset", has_text="How bad").locator("input").nth(1).check()
    person.ticks("Yes, or I think so")
    person.page.wait_for_timeout(2500)  # faster than a person is taken for a program
    person.presses("Send to the person on call")
    person.sees("Come back to it")
    person.meets_no_barrier()


def answer_the_alert(person: Person, receiver: Receiver, mails: Sequence[Any], who: Any) -> None:
    """Open what one was sent, and say that one is on it, without signing in."""
    assert any("/claims" in taken.path and "copay" in taken.body.decode() for taken in receiver.taken)
    mail = next(mail for mail in mails if mail.to == [who.email] and "/alerts/answer/" in mail.body)
    found = re.search(r"/alerts/answer/\S+", mail.body)
    assert found is not None
    person.goes_to(found[0])
    person.meets_no_barrier()
    person.presses("I have it")
    person.sees("You have it now")


def triage(person: Person) -> None:
    """Say how bad it is and whom it touched."""
    person.goes_to("/incidents/INC-1/triage/")
    person.meets_no_barrier()
    person.chooses("Kind", "Hallucination")
    person.page.locator("select[name=severity]").select_option("SEV1")  # from which policy asks a postmortem in tier 0
    person.presses("Triage it")
    person.page.wait_for_url("**/incidents/INC-1/")
    person.sees("Triaged")


def spend(person: Person, surface: Surface, budget: Any, world: Any) -> None:
    """Count what went wrong; the curve falls to nothing, and expansion is held."""
    budgets.count(budget, actor=world.noor, good=100, bad=30, ref="INC-1", key="during")
    work()
    person.goes_to(f"/surfaces/{surface.key}/budget/")
    person.sees("Spent")
    assert queries.holding([surface.pk], clock.now())


def recover(person: Person, surface: Surface, budget: Any, world: Any) -> None:
    """Count what went well since; the hold is lifted by itself."""
    budgets.count(budget, actor=world.noor, good=50_000, bad=0, ref="since", key="after")
    work()
    assert not queries.holding([surface.pk], clock.now())
    person.goes_to(f"/surfaces/{surface.key}/budget/")
    person.meets_no_barrier()


def pull(person: Person, surface: Surface, token: str, url: str) -> None:
    """Take the tools away in two clicks, and read it where a program would."""
    person.goes_to("/incidents/INC-1/")
    api.set_provider(OFREPProvider(url, headers_factory=lambda: {"Authorization": f"Bearer {token}"}), domain="gateway")
    gateway = api.get_client(domain="gateway")
    assert gateway.get_string_value(surface.key, "off") == "normal"
    person.presses("Pull: No tools")
    person.place().get_by_label(re.compile("Why|Reason")).first.fill("It books what nobody asked for.")
    person.place().locator("button[type=submit], .foot button").last.click()
    expect(person.page.locator(".lever--on")).to_contain_text("No tools")
    assert gateway.get_string_value(surface.key, "off") == "no_tools"


def end_it(person: Person) -> None:
    """Resolve it, and be refused closing."""
    person.goes_to("/incidents/INC-1/resolve/")
    person.page.locator("main form textarea").first.fill("The old index is back; nothing wrong since.")
    person.presses("It is resolved")
    person.sees("Resolved")
    person.goes_to("/incidents/INC-1/close/")
    person.sees("Write the postmortem")


def learn(person: Person, world: Any) -> None:
    """Begin the postmortem on the page; its texts, two action items and an eval case."""
    person.presses("Write the postmortem")
    person.presses("Begin it")
    person.sees("PM-1")
    person.meets_no_barrier()
    case = Incident.objects.get(pk=1)
    for section in case.postmortem.sections.all():
        postmortems.write_section(section, actor=world.noor, text=f"{section.heading}: what we know.")
    postmortems.name_cause(case.postmortem, actor=world.noor, cause="missing_eval", note="No case asked for this year.")
    suite = EvalSuite.objects.get(key="benefits-answers")
    for what, target in (("Ask for this year's prices", "rate_limits"), ("Check the dates of an index", "secrets_hygiene")):
        due = clock.today() + timedelta(days=10)
        postmortems.add_item(
            case, actor=world.noor, what=what, owner=world.sam, due_on=due, target_type="control", target_id=target
        )
    postmortems.ask_for_case(
        case, actor=world.noor, suite=suite, name="This year's copay", words="What is my copay?", expected="40"
    )


def approve_and_close(person: Person, world: Any) -> None:
    """Have it approved for its digest, and close the incident."""
    asked = postmortems.ask_for_approval(Incident.objects.get(pk=1).postmortem, actor=world.noor)
    for step in asked.request.steps.select_related("position"):
        who = {"team-lead": world.sam, "product-manager": world.lena}.get(step.position.key, world.daniel)
        approvals.decide(asked.request, actor=who, verdict="approve", digest=asked.digest)
    person.goes_to("/incidents/INC-1/close/")
    person.presses("Close it")
    person.sees("Closed")
    person.goes_to("/postmortems/PM-1/")
    person.meets_no_barrier()


def take_it_along(person: Person) -> None:
    """Have the PDF for inside made, and download it."""
    person.presses("PDF")
    person.sees("Waiting for a free worker")
    person.waits_for_the_worker()
    person.page.locator("#job a.btn--primary").wait_for()
    person.goes_to("/postmortems/PM-1/documents/")
    link = person.page.locator("main li a.btn", has_text="PDF").first.get_attribute("href")
    answer = person.page.request.get(link or "")
    assert answer.ok and answer.body().startswith(b"%PDF-")


def test_from_a_poster_to_a_closed_incident(
    chromium: Browser, live_server: Any, world: Any, surface: Surface, receiver: Receiver, mailoutbox: list[Any]
) -> None:
    ends = clock.now() + timedelta(days=30)
    token = people.create_token(
        world.ben, actor=world.ben, name="gateway", scopes_wanted=["decisions:read"], expires_at=ends
    ).secret
    budget = budgets.add(
        surface, actor=world.noor, name="Right prices", bad_means="A wrong price", source="rest", target=Decimal("0.99")
    )
    with public_links(), room(chromium, live_server) as enter:
        link = filing.make_link(actor=world.rosa, name="Poster", expires_at=ends, surface=surface)
        file_it(enter(**PHONE), reading.form_address(link))
        work()
        answer_the_alert(enter(**PHONE, color_scheme="dark"), receiver, mailoutbox, world.ben)
        noor = enter(**DESK).signs_in(world.noor)
        triage(noor)
        spend(noor, surface, budget, world)
        pull(noor, surface, token, live_server.url)
        end_it(noor)
        learn(noor, world)
        approve_and_close(noor, world)
        take_it_along(noor)
        phone = enter(**PHONE, color_scheme="dark").signs_in(world.rosa)
        for place, address in enumerate(PAGES):
            person = phone if place % 2 else noor
            person.goes_to(address.format(key=surface.key))
            person.meets_no_barrier()
        recover(noor, surface, budget, world)
