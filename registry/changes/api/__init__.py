"""Changes, freezes and emergency reviews over REST."""

from registry.changes.api.changes import ChangeApi
from registry.changes.api.freezes import FreezeApi
from registry.changes.api.reviews import ReviewApi

__all__ = ["ChangeApi", "FreezeApi", "ReviewApi"]
