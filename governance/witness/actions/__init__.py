"""The only writers of targets, witnesses and watched logs."""

from governance.witness.actions.keeping import pause, resume, retire
from governance.witness.actions.logs import edit_log, watch
from governance.witness.actions.targets import add_publication, edit_publication, publish_now
from governance.witness.actions.witnesses import add_witness, clear_alarm, edit_witness, raise_alarm

__all__ = [
    "add_publication",
    "add_witness",
    "clear_alarm",
    "edit_log",
    "edit_publication",
    "edit_witness",
    "pause",
    "publish_now",
    "raise_alarm",
    "resume",
    "retire",
    "watch",
]
