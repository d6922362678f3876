"""Pages of findings: the list, one finding, and what is decided about it."""

from registry.findings.views.deciding import Dismiss, GiveOwner, Snooze, Wake
from registry.findings.views.doing import NameSurface, ProposeChange, Register
from registry.findings.views.lists import FindingList
from registry.findings.views.page import FindingPage

__all__ = [
    "Dismiss",
    "FindingList",
    "FindingPage",
    "GiveOwner",
    "NameSurface",
    "ProposeChange",
    "Register",
    "Snooze",
    "Wake",
]
