"""Publishing and submitting in the background: every minute it is looked who has not got the newest checkpoint yet."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from governance.core import clock, jobs
from governance.core.contributions import HealthCheck, JobKind, Schedule, contribute
from governance.proofs import background as sealing
from governance.proofs import queries as proofs
from governance.witness import ownkey, publishing, queries, submitting
from governance.witness.actions.targets import JOB as PUBLISH
from governance.witness.models import Cosigned, Publication, Witness

ROUND, SUBMIT = "witness.round", "witness.submit"


def look() -> int:
    """Ask for everything that is due; return how much was asked for. Asking twice for the same is harmless."""
    publishing.settle()
    checkpoint = proofs.latest()
    if checkpoint is None:
        return 0
    now, asked = clock.now(), 0
    for publication in queries.due(Publication, checkpoint.size, now):
        jobs.enqueue(PUBLISH, args={"publication": publication.pk}, key=_once(publication.pk, publication.next_at))
        asked += 1
    for witness in queries.due(Witness, checkpoint.size, now):
        jobs.enqueue(SUBMIT, args={"witness": witness.pk}, key=_once(witness.pk, witness.next_at))
        asked += 1
    return asked


def _once(pk: int, moment: datetime | None) -> str:
    return f"{pk}:{moment.timestamp() if moment else 0}"


def _round(job: Any, progress: Callable[..., None]) -> dict[str, int]:
    return {"asked": look()}


def _publish(job: Any, progress: Callable[..., None]) -> dict[str, int]:
    sealing.keep_up()
    publication = Publication.objects.select_related("channel").get(pk=job.args["publication"])
    checkpoint = publishing.publish(publication)
    return {"size": checkpoint.size} if checkpoint else {}


def _submit(job: Any, progress: Callable[..., None]) -> dict[str, int]:
    kept = submitting.submit(Witness.objects.get(pk=job.args["witness"]))
    return {"size": kept.size} if kept else {}


def forked() -> str:
    """Say which witness has seen another ledger than ours; nothing when all is well."""
    found = queries.alarmed().first()
    if found is None:
        return ""
    return (
        f"The witness {found.name} ({found.key}) says that {found.alarm}. Verify the ledger, compare it with the witness and "
        "with published checkpoints, and bring back what was changed; then clear the alarm with a reason."
    )


def key_lost() -> str:
    """Say that the key is gone by which other logs were cosigned; nothing when all is well."""
    if ownkey.exists() or not Cosigned.objects.exists():
        return ""
    return f"The key by which other logs are cosigned is not in {ownkey.path()}. Bring the keys' folder back from the backup."


contribute(JobKind(ROUND, _round, label="Look whom the newest checkpoint is due to"))
contribute(JobKind(PUBLISH, _publish, label="Publish a checkpoint"))
contribute(JobKind(SUBMIT, _submit, label="Have a checkpoint cosigned"))
contribute(Schedule(ROUND, ROUND, every=timedelta(minutes=1)))
contribute(HealthCheck("witnesses", forked))
contribute(HealthCheck("witness-key", key_lost))
