"""Loads and removes the demo. Removing resets the installation, and only ever one that holds the demo."""

from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import transaction

from governance.core.errors import Conflict, Denied
from governance.core.jobs import enqueue
from governance.core.models import Company, Job
from governance.documents.models import Document
from governance.ledger import appendonly
from governance.people import queries as people
from governance.people import roles
from registry.demo import loading

JOB = "demo.load"


def ask_to_load() -> Job:
    """Queue the loading. Raises Conflict when somebody is here already."""
    if not people.is_empty():
        raise Conflict("This installation is not empty.", fix="The demo needs one of its own: set PLUMBLINE_HOME elsewhere.")
    Job.objects.filter(kind=JOB, state__in=[Job.State.FAILED, Job.State.DONE]).delete()
    return enqueue(JOB, key="demo", label="Load the demo company")


def run_load(job: Job, progress: Callable[..., None]) -> dict[str, Any]:
    """Load it; an accident leaves an empty installation and the reason, never half a company."""
    if Company.objects.filter(pk=1, has_demo=True).exists():
        reset()  # a worker died in the middle: begin again
    try:
        return loading.load(progress)
    except Conflict:
        raise
    except Exception:
        if Company.objects.filter(pk=1, has_demo=True).exists():
            _reset_but(job)
        raise


def remove(*, actor: Any) -> None:
    """Remove the demo and all that was made in it. Raises Denied, or Conflict where a real company was founded."""
    if not roles.is_administrator(actor):
        raise Denied("Only an administrator removes the demo company.", grantors=("Ada Brandt",))
    reset()


def reset() -> None:
    """Empty an installation that holds the demo. Raises Conflict for any other: real records cannot be deleted."""
    if not Company.objects.filter(pk=1, has_demo=True).exists():
        raise Conflict("This is no demo.", fix="The records of a real company stay; nothing deletes them.")
    files = list(Document.objects.values_list("file", flat=True))
    with transaction.atomic():
        appendonly.remove_all()
        call_command("flush", interactive=False, verbosity=0)
        appendonly.ensure_all()
    for name in files:
        default_storage.delete(name)
    cache.clear()


def _reset_but(job: Job) -> None:
    kept = Job.objects.get(pk=job.pk)
    reset()
    kept.owner = None
    kept.save(force_insert=True)
