"""The route that answers what no other does: there from the first day, for companies founded before it, too."""

from governance.core import clock, company
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.people.system import system_actor
from registry.oncall import queries, rules
from registry.oncall.actions.paths import StepTerms, make_path
from registry.oncall.models import EscalationPath, Route

NAME, KEY = "Fallback", "fallback"
WAIT_MINUTES, REPEAT = 15, 2


def install_fallback(admin: User) -> None:
    """Make the fallback path and its route where there is none: it calls the administrator. Harmless to repeat."""
    if not Route.objects.filter(rules.OPEN).exists():
        _install(actor=admin, person=admin)


def install_for_founded() -> None:
    """Give a company that was founded before there were routes its fallback; called after every migration."""
    if company.current().is_set_up and not Route.objects.filter(rules.OPEN).exists():
        _install(actor=system_actor(), person=queries.administrators(clock.now())[0])


@action
def _install(*, actor: User, person: User) -> None:
    path = EscalationPath.objects.filter(key=KEY, state=EscalationPath.State.ACTIVE, steps__isnull=False).first()
    if path is None:
        path = _path(actor, person)
    route = Route(path=path)
    told = {"answers": "everything else", "category": "", "tier": None, "team": "", "surface": "", "path": path.key}
    transitions.create(route, actor=actor, kind="on_call_route.made", payload=told, touches=(path,))


def _path(actor: User, person: User) -> EscalationPath:
    return make_path(actor=actor, name=NAME, key=KEY, steps=[StepTerms([person], WAIT_MINUTES)], repeat=REPEAT)
