"""What the ledger says of alerts. People appear by reference only."""

from governance.ledger.kinds import EventKind, register
from incidents.cases.events import ROW

_STEP = ("incident", "path", "round", "step", "people", "channels", "minutes", *ROW)

register(
    EventKind("alert.started", "began to call for {incident} by the path {path}", fields=("incident", "path"), tone="stop"),
    EventKind("alert.told", "called step {step} of {path} for {incident}", fields=_STEP),
    EventKind("alert.noticed", "told who is on call of the near miss {incident}", fields=("incident", "path", "people", *ROW)),
    EventKind("alert.moved", "called for {incident} by the path {path} from now on", fields=("incident", "path", "before")),
    EventKind("alert.updated", "told those called for {incident} what changed", fields=("incident", "before", "severity", *ROW)),
    EventKind("alert.acknowledged", "answered the alert of {incident}", fields=("incident", "via", "round", "step"), tone="held"),
    EventKind("alert.stopped", "called nobody any more for {incident}", fields=("incident",)),
    EventKind("alert.again", "took up the alert of {incident} again", fields=("incident", *ROW), tone="stop"),
    EventKind("alert.exhausted", "found nobody who answers for {incident}", fields=("incident", "round", *ROW), tone="stop"),
)
