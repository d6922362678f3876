"""The only writers of surfaces; one module for each thing that is done, gathered here for callers."""

from registry.surfaces.actions.drafting import discard_draft, save_draft
from registry.surfaces.actions.editing import assign_owner, edit, move, set_tier
from registry.surfaces.actions.raci import reset_raci, set_matrix, set_raci
from registry.surfaces.actions.registering import (
    begin_registration,
    discard_registration,
    finish_registration,
    keep_answers,
    register,
    register_many,
)
from registry.surfaces.actions.sharing import share, unshare
from registry.surfaces.actions.transferring import accept_transfer, ask_transfer, decline_transfer, withdraw_transfer

__all__ = [
    "accept_transfer",
    "ask_transfer",
    "assign_owner",
    "begin_registration",
    "decline_transfer",
    "discard_draft",
    "discard_registration",
    "edit",
    "finish_registration",
    "keep_answers",
    "move",
    "register",
    "register_many",
    "reset_raci",
    "save_draft",
    "set_matrix",
    "set_raci",
    "set_tier",
    "share",
    "unshare",
    "withdraw_transfer",
]
