"""What modes contribute to the kernel's pages."""

from typing import Any

from governance.core.contributions import ApprovalKind, contribute
from registry.modes import actions, queries
from registry.modes.models import ModeRaise


def load(subject_id: str) -> ModeRaise:
    """Return the raise behind an approval request."""
    return ModeRaise.objects.select_related("surface", "requester", "request", "base").get(pk=int(subject_id))


def visible(user: Any, raised: ModeRaise) -> bool:
    """Whether a person may see a raise."""
    return queries.raises_visible_to(user).filter(pk=raised.pk).exists()


contribute(
    ApprovalKind(
        "mode",
        "Raising the mode",
        load=load,
        visible=visible,
        url=lambda raised: raised.get_absolute_url(),
        settled=actions.settled,
    )
)
