"""A resolved incident of tier 2 and SEV2, and its postmortem as far as a test needs it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from governance.approvals import actions as approvals
from governance.core import clock
from incidents.cases.models import Incident
from incidents.postmortems import actions
from incidents.postmortems.models import Postmortem
from incidents.running import actions as running
from registry.evals import actions as evals
from registry.evals.models import EvalSuite
from registry.surfaces.models import Surface
from tests.incidents.building import make_case_surface, make_incident
from tests.world import World


@pytest.fixture
def surface(world: World) -> Surface:
    return make_case_surface(world)


@pytest.fixture
def resolved(world: World, surface: Surface) -> Incident:
    """Triaged as SEV2 by Noor, and resolved."""
    incident = make_incident(actor=world.sam, surface=surface)
    incident = running.triage(incident, actor=world.noor, severity="SEV2", people_estimated=214)
    return running.resolve(incident, actor=world.noor, reason="The old index is back.")


@pytest.fixture
def suite(world: World) -> EvalSuite:
    return evals.add_suite(actor=world.noor, name="Benefits answers", key="benefits-answers", good="As the plan says.")


@pytest.fixture
def begun(world: World, resolved: Incident) -> Postmortem:
    return actions.begin(resolved, actor=world.noor)


def fill(postmortem: Postmortem, actor: Any) -> None:
    """Write all its texts, name a cause, and ask for something that changes the system."""
    for section in postmortem.sections.all():
        actions.write_section(section, actor=actor, text=f"{section.heading}: what we know.")
    actions.name_cause(postmortem, actor=actor, cause="missing_eval", note="No case asked for the current year.")
    due = clock.today() + timedelta(days=10)
    incident, what = postmortem.incident, "Check the dates of an index"
    actions.add_item(incident, actor=actor, what=what, owner=actor, due_on=due, target_type="control", target_id="rate_limits")


@pytest.fixture
def approve(world: World) -> Callable[[Postmortem], Postmortem]:
    """Have a postmortem approved by those whom policy names in tier 2."""

    def decide(postmortem: Postmortem) -> Postmortem:
        asked = actions.ask_for_approval(postmortem, actor=world.noor)
        approvals.decide(asked.request, actor=world.lena, verdict="approve", digest=asked.digest)
        return Postmortem.objects.get(pk=postmortem.pk)

    return decide


@pytest.fixture
def approved(world: World, begun: Postmortem, approve: Any) -> Postmortem:
    fill(begun, world.noor)
    return approve(begun)
