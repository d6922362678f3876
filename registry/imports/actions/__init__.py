"""The writers of imports: preparing changes nothing governed; committing and undoing are ledgered row by row."""

from registry.imports.actions.checking import ask_check, check
from registry.imports.actions.committing import ask_commit, commit
from registry.imports.actions.mapping import apply_profile, remove_profile, save_profile, set_mapping
from registry.imports.actions.preparing import discard, read, reread, upload
from registry.imports.actions.releasing import release
from registry.imports.actions.undoing import ask_undo, undo

__all__ = [
    "apply_profile",
    "ask_check",
    "ask_commit",
    "ask_undo",
    "check",
    "commit",
    "discard",
    "read",
    "release",
    "remove_profile",
    "reread",
    "save_profile",
    "set_mapping",
    "undo",
    "upload",
]
