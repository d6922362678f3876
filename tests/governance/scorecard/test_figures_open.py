"""Every figure of the briefing opens exactly the rows that it counts, for whoever reads it."""

from typing import Any

from governance.core.contributions import BriefingLine, contributed
from governance.people.models import User
from governance.scorecard import queries
from registry.modes import actions as modes
from registry.surfaces.models import Surface
from tests.governance.scorecard.opening import wrong_figures
from tests.registry.building import make_catalog, make_surface
from tests.registry.modes.conftest import bring_live
from tests.registry.usage.observing import call, deliver


def happen(world: Any) -> None:
    """Give several lines something to count: no contract, a lowered mode, an owner who left, calls that nobody approved."""
    make_catalog(actor=world.ada, owner=world.noor)
    live = bring_live(world, make_surface(actor=world.noor, owner=world.noor, team=world.team("claims")))
    for name in ("Letters", "Shift planner"):
        make_surface(actor=world.noor, owner=world.ben, team=world.team("support"), name=name)
    deliver([call(claim=live.key, model="newer-model"), call(service="nobodys", model="their-model", provider="")])
    modes.lower(live, actor=world.noor, to="off", reason="It booked twice.")
    Surface.objects.filter(pk=live.pk).update(review_on="2020-01-01")
    User.objects.filter(pk__in=[world.ben.pk, world.priya.pk]).update(is_active=False)


def test_every_figure_opens_exactly_its_rows(world: Any) -> None:
    happen(world)
    assert len([line for question in queries.questions(world.rosa) for line in question.lines]) >= 5
    for person in (world.rosa, world.noor, world.gus):
        assert wrong_figures(person) == {}, person.name


def test_every_line_stands_under_one_of_the_three_questions() -> None:
    assert {line.question for line in contributed(BriefingLine)} == {key for key, _ in queries.QUESTIONS}
