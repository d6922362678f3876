"""Pages of imports: the list, uploading, matching columns, the preview, going in, undoing."""

from registry.imports.views.columns import ColumnsPage, RemoveProfile, SaveProfile, TakeProfile
from registry.imports.views.hub import ImportPage, ImportProgress, RefusedFile
from registry.imports.views.lists import ImportList
from registry.imports.views.steps import Commit, Discard, ReadAgain, Release, Undo, Upload

__all__ = [
    "ColumnsPage",
    "Commit",
    "Discard",
    "ImportList",
    "ImportPage",
    "ImportProgress",
    "ReadAgain",
    "RefusedFile",
    "Release",
    "RemoveProfile",
    "SaveProfile",
    "TakeProfile",
    "Undo",
    "Upload",
]
