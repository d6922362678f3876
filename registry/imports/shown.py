"""What imports contribute to the kernel: jobs, the three targets, navigation, the palette."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core.contributions import (
    ApiRoute,
    ImportTarget,
    JobKind,
    NavItem,
    PaletteCommand,
    PersonalStore,
    RetentionKind,
    contribute,
)
from governance.people.models import User
from registry.imports import actions, events, keeping, queries  # noqa: F401
from registry.imports.actions.checking import CHECK
from registry.imports.actions.committing import COMMIT
from registry.imports.actions.preparing import READ
from registry.imports.actions.undoing import UNDO
from registry.imports.models import ImportBatch
from registry.imports.rules import may_import
from registry.imports.targets import people, surfacefields, surfaces, vendors


def _run(work: Callable[..., Any], state: str) -> Callable[..., dict[str, Any]]:
    """A job's work over an import. A second run of the same job finds the import further on, and has nothing to do."""

    def run(job: Any, progress: Callable[..., None]) -> dict[str, Any]:
        batch = ImportBatch.objects.select_related("owner").get(pk=job.args["batch"])
        if batch.state == state:
            if work is actions.read:
                actions.read(batch)
            else:
                work(batch, actor=User.objects.get(pk=job.args["actor"]), progress=progress)
        return {"url": reverse("import", args=[batch.key]), "label": "Go on"}

    return run


_STATE = ImportBatch.State
contribute(JobKind(READ, _run(actions.read, _STATE.READING), label="Read a file"))
contribute(JobKind(CHECK, _run(actions.check, _STATE.CHECKING), label="Check a file"))
contribute(JobKind(COMMIT, _run(actions.commit, _STATE.COMMITTING), label="Import a file"))
contribute(JobKind(UNDO, _run(actions.undo, _STATE.UNDOING), label="Undo an import"))
contribute(ImportTarget("surfaces", "Surfaces", surfacefields.fields, surfaces.SurfaceImport(), order=10))
contribute(ImportTarget("vendors", "Vendors", vendors.fields, vendors.VendorImport(), order=20))
contribute(ImportTarget("people", "People", people.fields, people.PersonImport(), order=30))
contribute(
    PaletteCommand(
        "import",
        "Import a file",
        url=lambda user: reverse("import-upload"),
        words="csv xlsx excel spreadsheet upload inventory",
        icon="import",
        visible=lambda user: bool(may_import(user)),
    )
)
contribute(
    NavItem("imports", "Imports", "imports", "import", group="What exists", order=90, visible=lambda user: bool(may_import(user)))
)
contribute(Commentable("registry.importbatch", queries.visible_to))
contribute(ApiRoute("imports", "imports", load=lambda: import_string("registry.imports.api.ImportApi")))
contribute(ApiRoute("import-profiles", "import-profiles", load=lambda: import_string("registry.imports.api.ImportProfileApi")))
contribute(
    RetentionKind(
        "imports",
        "Imported files and their rows",
        "The file and its rows go, and the import cannot be undone any more. What it brought in stays, as does the file's hash.",
        rows=keeping.with_files,
        since="updated_at",
        expire=keeping.drop,
        after=keeping.discard,
        name=lambda row: f"{row.key} {row.name}",
        people=("owner__ref",),
        batch=20,
        order=70,
    )
)
contribute(
    PersonalStore(
        "imports",
        "Imported files that name their address",
        find=lambda who: keeping.naming(who).count(),
        erase=keeping.forget,
        order=50,
    )
)
