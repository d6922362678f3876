"""What channels contribute: the jobs that carry messages, search, palette, briefing, API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from governance.channels import actions
from governance.core.contributions import JobKind, Schedule, contribute


def _deliver(job: Any, progress: Callable[..., None]) -> dict[str, str]:
    outcome = actions.deliver(int(job.args["delivery"]))
    return {} if outcome is None else {"said": outcome.said[:400]}


def _nudge(job: Any, progress: Callable[..., None]) -> dict[str, int]:
    return {"asked": actions.nudge_due()}


contribute(JobKind("channels.deliver", _deliver, label="Deliver a message"))
contribute(JobKind("channels.nudge", _nudge, label="Look for messages that wait"))
contribute(Schedule("channels.nudge", "channels.nudge", every=timedelta(seconds=15)))
