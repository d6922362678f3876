"""The writers of filing: report, add more, attach files, hand out and revoke links, take in alerts of other systems."""

from incidents.filing.actions.linking import make_link, revoke_link
from incidents.filing.actions.reporting import add_more, attach, report
from incidents.filing.actions.signalling import receive
from incidents.filing.actions.sourcing import report_from, report_from_check, report_from_run

__all__ = [
    "add_more",
    "attach",
    "make_link",
    "receive",
    "report",
    "report_from",
    "report_from_check",
    "report_from_run",
    "revoke_link",
]
