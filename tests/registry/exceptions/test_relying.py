"""What came into force on the strength of an exception is known while it holds, and flagged when it ends."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from governance.approvals import actions as approvals
from governance.core import clock
from governance.notifications import actions as notifications
from governance.notifications.models import Notice
from governance.scorecard import queries as scorecard
from registry.changes import actions as changes
from registry.exceptions import actions, queries
from registry.exceptions.models import ControlException
from registry.exceptions.shown import keep_time, to_do
from registry.surfaces.models import Surface
from tests.registry.building import RECORD, contract_for, make_surface
from tests.registry.exceptions.conftest import approve, in_days


@pytest.fixture
def notes(world, surface):
    return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Notes", tier=0)


@pytest.fixture
def leaning(world, notes, ask):
    """An exception from a control of tier 0, and a surface on which a revision came into force while it held."""
    exception = approve(ask(surfaces=[notes], controls=["secrets_hygiene"]), world.priya)
    into_force(notes, world)
    return exception, Surface.objects.get(pk=notes.pk)


def into_force(notes, world):
    change = changes.propose(
        notes, actor=world.noor, title="First", why="It helps.", contract=contract_for(world.noor), record=RECORD
    )
    approvals.decide(change.request, actor=world.sam, verdict="approve", digest=change.revision.digest)
    change.refresh_from_db()
    assert change.state == "in_force"


def counted(user, key):
    lines = [line for question in scorecard.questions(user) for line in question.lines]
    return {line.url: line.count for line in lines if key in line.url}


def test_nothing_relies_on_what_nothing_came_into_force_with(held):
    assert not queries.relied_on(held).exists()


def test_only_what_the_record_of_that_moment_names_is_counted(world, notes, ask):
    # Of the last two, tier 0 does not demand the first; the second is no control, so that no record would name it.
    for control in ("secrets_hygiene", "rate_limits", "audit:prompts"):
        approve(ask(surfaces=[notes], controls=[control]), world.priya)
    into_force(notes, world)
    relied = {each.controls[0]: queries.relied_on(each).exists() for each in ControlException.objects.all()}
    assert relied == {"secrets_hygiene": True, "rate_limits": False, "audit:prompts": True}


def test_it_is_flagged_when_the_exception_ends(world, leaning, client_as):
    exception, surface = leaning
    assert list(queries.relied_on(exception)) == [surface]
    assert not queries.relying().exists()
    with time_machine.travel(exception.ends_at + timedelta(minutes=1)):
        assert queries.relying().get() == exception  # at once, before the job has run
        keep_time(None, lambda *args: None)
        notifications.follow(lambda *args: None)
        assert queries.relying().get() == exception
        told = Notice.objects.filter(key__startswith="exception.expired").first()
        assert told is not None and told.text.endswith("1 surface relies on it.")
        assert [line.title for line in to_do(world.noor)] == [f"Mend what relied on {exception.title}"]
        assert counted(world.rosa, "relied_on") == {f"{reverse('exceptions')}?relied_on=true": 1}
        page = client_as(world.rosa).get(reverse("exception", args=[exception.key])).content.decode()
        assert "came into force on its strength" in page and "Notes" in page
        assert exception.title in client_as(world.rosa).get(f"{reverse('exceptions')}?relied_on=true").content.decode()


def test_an_extension_in_force_ends_the_flag(world, leaning):
    exception, _ = leaning
    with time_machine.travel(clock.now() + timedelta(days=10)):
        more = actions.extend(exception, actor=world.noor, reason="Late.", measures="A cap.", expires_on=in_days(60))
        approve(more, world.priya)
    with time_machine.travel(exception.ends_at + timedelta(minutes=1)):
        assert not queries.relying().exists()


def test_ending_it_early_flags_it_as_well(world, leaning):
    exception, surface = leaning
    actions.end(exception, actor=world.priya, reason="The vault was never set up.")
    assert queries.relying().get() == exception and list(queries.relied_on(exception)) == [surface]
