"""A surface's life from idea to retired: which step may follow which. Pure."""

from governance.core.verdict import ALLOW, Verdict, deny
from registry.surfaces.models import Surface, SurfaceState

BY_HAND: dict[str, tuple[str, ...]] = {
    SurfaceState.IDEA: (SurfaceState.BUILDING,),
    SurfaceState.BUILDING: (SurfaceState.IDEA,),
    SurfaceState.LIVE: (SurfaceState.PAUSED,),
    SurfaceState.PAUSED: (SurfaceState.LIVE,),
}
"""Steps that people take. In review, live for the first time and retired follow from changes."""

VERBS = {
    SurfaceState.BUILDING: "Start building",
    SurfaceState.IDEA: "Back to idea",
    SurfaceState.PAUSED: "Pause",
    SurfaceState.LIVE: "Resume",
}


def may_follow(surface: Surface, state: str) -> Verdict:
    """Say whether a surface may be moved to a state by hand."""
    if state in BY_HAND.get(surface.state, ()):
        return ALLOW
    if state == SurfaceState.LIVE:
        return deny("A surface goes live when a revision comes into force.", fix="Propose its contract.")
    if state == SurfaceState.RETIRED:
        return deny("A surface is retired on its own page, with a reason.", fix="Choose Retire.")
    name = SurfaceState(state).label.lower() if state in SurfaceState.values else state
    return deny(f"A surface that is {surface.get_state_display().lower()} cannot be moved to {name}.")


def offered(surface: Surface) -> list[tuple[str, str]]:
    """Return the next steps by hand, each with its verb."""
    return [(state, VERBS[SurfaceState(state)]) for state in BY_HAND.get(surface.state, ())]
