"""Somebody to call: a path of three steps for Claims, a receiver that runs, and a clock that stands still."""

from typing import Any

import pytest

from governance.channels import actions as channels
from governance.channels.models import Channel
from incidents.alerts import actions
from incidents.alerts.models import Alert
from incidents.cases.models import Incident
from registry.oncall import actions as oncall
from registry.oncall.models import EscalationPath
from registry.surfaces.models import Surface
from tests.governance.channels.conftest import receiver
from tests.governance.channels.receiver import Receiver
from tests.incidents.building import make_case_surface, make_incident

__all__ = ["receiver"]


@pytest.fixture
def clock(freeze: Any) -> Any:
    return freeze("2026-03-02 10:00")


@pytest.fixture
def surface(clock: Any, world: Any) -> Surface:
    return make_case_surface(world)


@pytest.fixture
def chat(world: Any, receiver: Receiver) -> Channel:
    return channels.add(actor=world.ada, name="Claims on call", kind="slack", address=f"{receiver.url}/claims")


@pytest.fixture
def path(clock: Any, world: Any, chat: Channel) -> EscalationPath:
    """Ben and the chat, after 5 minutes Sam, after 10 more Daniel; once again; then the fallback: Ada, thrice."""
    steps = [oncall.StepTerms([world.ben, chat], 5), oncall.StepTerms([world.sam], 10), oncall.StepTerms([world.daniel], 10)]
    made = oncall.make_path(actor=world.ada, name="Claims", steps=steps, repeat=1)
    oncall.make_route(actor=world.ada, path=made, team=world.team("claims"))
    return made


@pytest.fixture
def incident(surface: Surface, path: EscalationPath, world: Any, settings: Any) -> Incident:
    settings.MAIL_IS_SET_UP = True
    return make_incident(actor=world.noor, surface=surface)


@pytest.fixture
def alert(incident: Incident, world: Any) -> Alert:
    made = actions.start(incident, actor=world.noor)
    assert made is not None
    return made
