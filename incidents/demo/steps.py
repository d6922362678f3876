"""The steps of those who run an incident of the demo, each by the action behind the button that they would press."""

from typing import Any

from governance.people.models import User
from incidents.cases import actions as cases
from incidents.clocks.actions.holding import flag as flag_clock
from incidents.clocks.actions.holding import meet as meet_clock
from incidents.clocks.models import Clock
from incidents.filing import actions as filing
from incidents.levers import actions as levers
from incidents.running import actions as running
from registry.catalog.models import Endpoint
from registry.demo.stories import approve_all
from registry.modes import actions as modes
from registry.quarantine import actions as quarantines
from registry.quarantine.models import Quarantine


def acknowledge(case: Any, actor: User) -> None:
    """Take it."""
    running.acknowledge(case.incident, actor=actor, via="alert")


def triage(case: Any, actor: User, **said: Any) -> None:
    """Say how bad it is."""
    running.triage(case.incident, actor=actor, **said)


def role(case: Any, actor: User, *, role: str, person: str) -> None:
    """Give somebody a part in it."""
    running.name_role(case.incident, actor=actor, role=role, person=case.person(person))


def note(case: Any, actor: User, *, text: str) -> None:
    """Write down what one sees."""
    cases.note(case.incident, actor=actor, text=text)


def more(case: Any, actor: User, *, text: str) -> None:
    """The reporter knows more."""
    filing.add_more(case.report, actor=actor, text=text)


def mitigate(case: Any, actor: User) -> None:
    """Begin to stop the harm."""
    running.start_mitigating(case.incident, actor=actor)


def mitigated(case: Any, actor: User, *, reason: str) -> None:
    """The harm has stopped."""
    running.mitigated(case.incident, actor=actor, reason=reason)


def resolve(case: Any, actor: User, *, reason: str) -> None:
    """The cause is gone."""
    running.resolve(case.incident, actor=actor, reason=reason)


def edit(case: Any, actor: User, **said: Any) -> None:
    """Say what is known by now."""
    running.edit(case.incident, actor=actor, **said)


def flag(case: Any, actor: User, *, kind: str, reason: str) -> None:
    """A deadline of law or contract applies."""
    flag_clock(case.incident, kind, actor=actor, reason=reason)


def meet(case: Any, actor: User, *, kind: str, reason: str) -> None:
    """Those whom law or contract names were told."""
    meet_clock(Clock.objects.get(incident=case.incident, kind=kind), actor=actor, reason=reason)


def draft(case: Any, actor: User, *, audience: str, **words: str) -> None:
    """Draft a message, from the template where no words are given."""
    running.draft_communication(case.incident, actor=actor, audience=audience, **words)


def tell(case: Any, actor: User, **said: str) -> None:
    """Draft a message, and record that it went out."""
    running.send_communication(running.draft_communication(case.incident, actor=actor, **said), actor=actor)


def lower(case: Any, actor: User, *, to: str, reason: str) -> None:
    """Lower the mode of its surface."""
    incident = case.incident
    levers.lower(incident, incident.surface, actor=actor, to=to, reason=reason)


def raise_again(case: Any, actor: User, *, reason: str) -> None:
    """Bring the surface back to normal, with the yes of those whom policy names."""
    asked = modes.ask_to_raise(case.incident.surface, actor=actor, to="normal", reason=reason)
    approve_all(asked.request, case.story)


def quarantine(case: Any, actor: User, *, kind: str, thing: str, reason: str) -> None:
    """Take an endpoint out of use."""
    taken = Endpoint.objects.select_related("owner", "vendor").get(key=thing)
    levers.take_out(case.incident, actor=actor, kind=kind, thing=taken, reason=reason)


def lift(case: Any, actor: User, *, reason: str) -> None:
    """Put it back into use, with the yes of those whom policy names."""
    held = Quarantine.objects.get(incident_key=case.incident.key, lifted_at=None)
    asked = quarantines.ask_to_lift(held, actor=actor, reason=reason)
    approve_all(asked.request, case.story)
