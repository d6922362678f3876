"""A session from its plan to its summary: who may what, what is recorded, what becomes of each line."""

from typing import Any

import pytest

from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger.models import Entry
from registry.mapping import actions, following, queries
from registry.mapping.models import MappingLine, MappingSession
from registry.surfaces import actions as surfaces
from registry.surfaces.models import Draft, Surface
from tests.registry.building import make_surface
from tests.registry.mapping.test_exports import SSO


@pytest.fixture
def session(world: Any) -> MappingSession:
    """An hour with Claims and Support, led by Lena."""
    teams = [world.team("claims"), world.team("support")]
    return actions.plan(actor=world.lena, name="Operations", teams=teams)


def told() -> list[str]:
    """The kinds of the last entries, newest first."""
    return list(Entry.objects.filter(kind__startswith="mapping.").order_by("-seq").values_list("kind", flat=True))


def test_a_session_is_planned_started_and_closed(world: Any, session: MappingSession) -> None:
    for person in (world.noor, world.aud):
        with pytest.raises(Denied):
            actions.start(session, actor=person)
    begun = actions.start(session, actor=world.lena, expected_version=1)
    with pytest.raises(StaleState):
        actions.close(begun, actor=world.lena, expected_version=1)
    closed = actions.close(begun, actor=world.rosa, notes="Ask Finance.")

    assert (closed.state, closed.notes) == ("closed", "Ask Finance.")
    assert told()[:2] == ["mapping.closed", "mapping.started"]
    assert told().count("mapping.invited") == 2
    with pytest.raises(Denied, match="closed"):
        actions.say(closed, actor=world.noor, team=world.team("claims"), what="Late")


def test_a_session_needs_teams_and_somebody_who_can_lead(world: Any) -> None:
    with pytest.raises(Denied):
        actions.plan(actor=world.aud, name="No", teams=[world.team("claims")])
    with pytest.raises(Invalid) as refused:
        actions.plan(actor=world.lena, name="No", teams=[], facilitator=world.aud)
    assert "teams" in refused.value.fields


def test_everybody_names_the_places_of_their_own_team(world: Any, session: MappingSession) -> None:
    line = actions.say(session, actor=world.noor, team=world.team("claims"), what=" ChatGPT ", purpose="Letters")
    assert (line.what, line.product, line.outcome) == ("ChatGPT", "chatgpt", "open")
    for person, team in ((world.noor, "support"), (world.daniel, "engineering"), (world.aud, "claims")):
        with pytest.raises(Denied):
            actions.say(session, actor=person, team=world.team(team), what="No")
    with pytest.raises(Invalid):
        actions.say(session, actor=world.noor, team=world.team("claims"), what=" ")

    changed = actions.amend(line, actor=world.sam, what="Claude", expected_version=1)
    assert (changed.what, changed.product) == ("Claude", "claude")
    with pytest.raises(StaleState):
        actions.withdraw(line, actor=world.noor, expected_version=1)
    actions.withdraw(changed, actor=world.noor)
    assert not MappingLine.objects.exists() and told()[0] == "mapping.withdrawn"


def test_teams_say_when_they_are_done(world: Any, session: MappingSession) -> None:
    invited = queries.team_of(session, "claims")
    with pytest.raises(Denied):
        actions.team_done(invited, actor=world.ben)
    done = actions.team_done(invited, actor=world.noor, expected_version=1)
    assert (done.done_by, told()[0]) == (world.noor, "mapping.team_done")
    assert actions.team_again(done, actor=world.lena).done_at is None
    with pytest.raises(StaleState):
        actions.team_done(invited, actor=world.noor, expected_version=1)


def test_a_team_sees_its_own_lines_and_whoever_leads_all(world: Any, session: MappingSession) -> None:
    actions.say(session, actor=world.noor, team=world.team("claims"), what="One")
    actions.say(session, actor=world.ben, team=world.team("support"), what="Two")

    seen = {nick: queries.lines_of(getattr(world, nick), session).count() for nick in ("lena", "noor", "aud", "daniel", "gus")}
    assert seen == {"lena": 2, "noor": 1, "aud": 2, "daniel": 0, "gus": 0}
    visible = {nick: queries.visible_to(getattr(world, nick)).count() for nick in ("lena", "noor", "daniel", "gus")}
    assert visible == {"lena": 1, "noor": 1, "daniel": 0, "gus": 0}


def test_an_export_becomes_lines_once_and_nothing_else(world: Any, session: MappingSession) -> None:
    with pytest.raises(Denied):
        actions.take_export(session, actor=world.noor, kind="sso", data=SSO, name="apps.csv")
    _, new = actions.take_export(session, actor=world.lena, kind="sso", data=SSO, name="apps.csv")
    _, again = actions.take_export(session, actor=world.lena, kind="sso", data=SSO, name="apps.csv")

    assert (new, again) == (2, 0)
    lines = list(MappingLine.objects.order_by("what").values_list("what", "team__key", "people", "origin"))
    assert lines == [("ChatGPT", "claims", 2, "sso"), ("Grammarly", "support", 1, "sso")]
    entry = Entry.objects.filter(kind="mapping.export_taken").order_by("-seq")[0]
    assert "noor@" not in entry.body and "Payroll" not in entry.body
    with pytest.raises(Conflict, match="known to call a model"):
        actions.take_export(session, actor=world.lena, kind="sso", data=b"App\nPayroll\n", name="apps.csv")


def test_a_line_is_registered_as_an_idea(world: Any, session: MappingSession) -> None:
    line = actions.say(session, actor=world.noor, team=world.team("claims"), what="ChatGPT", data_used="letters")
    with pytest.raises(Denied):
        actions.register(line, actor=world.ben)
    surface = actions.register(line, actor=world.lena)

    line.refresh_from_db()
    assert (line.outcome, line.surface) == ("registered", surface)
    assert (surface.state, surface.team, surface.pattern, surface.purpose) == ("idea", line.team, "saas_app", "Data: letters.")
    assert told()[0] == "mapping.registered"
    with pytest.raises(Conflict, match="settled"):
        actions.register(line, actor=world.lena)


def test_a_guided_registration_settles_its_line_when_it_is_finished(
    world: Any, session: MappingSession, django_capture_on_commit_callbacks: Any
) -> None:
    line = actions.say(session, actor=world.noor, team=world.team("claims"), what="ChatGPT")
    draft = actions.begin(line, actor=world.noor, expected_version=1)
    assert draft.content["name"] == "ChatGPT" and draft.content["source"] == line.key
    with django_capture_on_commit_callbacks(execute=True):
        surface = surfaces.finish_registration(draft, actor=world.noor, name="ChatGPT for letters")

    line.refresh_from_db()
    assert (line.outcome, line.surface, line.draft_number) == ("registered", surface, None)


def test_a_registration_that_is_discarded_opens_its_line_again(world: Any, session: MappingSession) -> None:
    line = actions.say(session, actor=world.noor, team=world.team("claims"), what="ChatGPT")
    surfaces.discard_registration(actions.begin(line, actor=world.noor), actor=world.noor)
    assert following.catch_up(None, None) == {"looked": 1, "again": []}

    line.refresh_from_db()
    assert line.outcome == "open"
    surfaces.finish_registration(actions.begin(line, actor=world.noor), actor=world.noor, name="Found by the round")
    following.catch_up(None, None)
    line.refresh_from_db()
    assert line.surface == Surface.objects.get(name="Found by the round") and not Draft.objects.exists()


def test_a_line_is_known_or_left_out_with_a_reason(world: Any, session: MappingSession) -> None:
    surface = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Claims letters")
    one = actions.say(session, actor=world.noor, team=world.team("claims"), what="Claims letters")
    other = actions.say(session, actor=world.noor, team=world.team("claims"), what="Spreadsheet")

    [(alike, _)] = queries.alike(world.noor, [one])[one.pk]
    assert alike == surface
    known = actions.known_as(one, actor=world.noor, surface=surface)
    with pytest.raises(Invalid):
        actions.leave_out(other, actor=world.noor, reason=" ")
    left = actions.leave_out(other, actor=world.noor, reason="It calls no model.")
    assert (known.outcome, left.outcome, told()[:2]) == ("known", "left", ["mapping.left", "mapping.known"])
    assert actions.reopen(left, actor=world.lena).left_because == ""
    with pytest.raises(Conflict, match="open already"):
        actions.reopen(other, actor=world.lena)
