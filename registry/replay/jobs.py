"""A long replay as a job: asked for by one person, worked out with progress, kept in the job's result."""

from typing import Any

from django.db import transaction
from django.urls import reverse

from governance.core import jobs
from governance.core.errors import Invalid, NotVisible
from governance.core.models import Job
from governance.policy.models import PolicyDraft
from registry.replay.reading import Replay, replay

KIND = "policy.replay"


def ask(draft: PolicyDraft, user: Any, months: int) -> Job:
    """Ask for a replay; the same one of the same draft as it stands is worked out once."""
    key = f"{draft.pk}:{draft.version}:{months}:{user.pk}"
    args = {"draft": draft.pk, "version": draft.version, "months": months}
    with transaction.atomic():
        job = jobs.enqueue(KIND, args=args, key=key, owner=user, label=f"Replay of {draft.title}"[:400])
        if job.state in (Job.State.FAILED, Job.State.CANCELLED):
            jobs.retry(job)
    return job


def run(job: Job, progress: Any) -> dict[str, Any]:
    """Work it out. Raises Invalid where the draft changed since it was asked for."""
    draft = PolicyDraft.objects.visible_to(job.owner).filter(pk=job.args["draft"]).first()
    if draft is None or draft.version != job.args["version"]:
        raise Invalid("The draft changed since this was asked for.", fix="Ask for the replay of the draft as it is now.")
    months = job.args["months"]
    made = replay(job.owner, draft, months, progress)
    url = reverse("policy-draft-replay", args=[draft.key])
    return {"url": f"{url}?months={months}&job={job.pk}", "label": "Look at the replay", "replay": made.as_plain()}


def result(user: Any, draft: PolicyDraft, number: str) -> Replay:
    """Return a finished replay of a person's own. Raises NotVisible for another's, or one of the draft as it was before."""
    wanted = int(number) if number.isascii() and number.isdecimal() and len(number) < 19 else 0
    job = Job.objects.filter(pk=wanted, owner=user, kind=KIND, state=Job.State.DONE).first()
    told = job.result if job is not None else None
    if job is None or told is None or (job.args["draft"], job.args["version"]) != (draft.pk, draft.version):
        raise NotVisible("This replay is not of the draft as it is now.", fix="Ask for it again.")
    return Replay.from_plain(told["replay"])
