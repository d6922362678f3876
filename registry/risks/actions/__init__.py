"""The only writers of risks."""

from registry.risks.actions.keeping import draft_areas, edit, give_owner, register
from registry.risks.actions.linking import attach_evidence, detach_evidence, link_surface, unlink_surface
from registry.risks.actions.moving import accept, close, reopen, review

__all__ = [
    "accept",
    "attach_evidence",
    "close",
    "detach_evidence",
    "draft_areas",
    "edit",
    "give_owner",
    "link_surface",
    "register",
    "reopen",
    "review",
    "unlink_surface",
]
