"""The writers of clocks: what follows an incident by itself, what people flag and hold, what time brings about."""

from incidents.clocks.actions.following import follow
from incidents.clocks.actions.holding import call_off, flag, meet, pause, resume
from incidents.clocks.actions.keeping import tick

__all__ = ["call_off", "flag", "follow", "meet", "pause", "resume", "tick"]
