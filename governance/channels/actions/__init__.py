"""The only writers of channels and of what goes through them."""

from governance.channels.actions.keeping import add, edit, pause, resume, retire, secret_of
from governance.channels.actions.outbox import deliver, deliver_again, forget_words, nudge_due, send, worded
from governance.channels.actions.trying import send_test, try_out

__all__ = [
    "add",
    "deliver",
    "deliver_again",
    "edit",
    "forget_words",
    "nudge_due",
    "pause",
    "resume",
    "retire",
    "secret_of",
    "send",
    "send_test",
    "try_out",
    "worded",
]
