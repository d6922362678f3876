"""What reviews add to a vendor's page: the last ones with their outcome, and where the next is planned."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.core.contributions import contribute
from governance.reviews import queries, rules
from governance.reviews.models import Review
from governance.reviews.tables import OUTCOME_TONES, state_of
from governance.ui.extensions import ObjectPanel
from registry.cadence.vendoragenda import VENDOR
from registry.catalog.models import CatalogState, Vendor

SHOWN = 4


def of_vendor(user: Any, vendor: Vendor) -> Mapping[str, Any]:
    """Return the last reviews of a vendor that a person may see, and where one is planned if they may and none is."""
    seen = queries.visible_to(user).filter(kind=Review.Kind.VENDOR, subject_type=VENDOR, subject_id=str(vendor.pk))
    rows = list(seen.exclude(state=Review.State.CANCELLED).order_by("-planned_on", "-pk")[:SHOWN])
    may = bool(rules.may_plan(user)) and vendor.state != CatalogState.RETIRED
    free = may and not any(each.state in Review.PENDING for each in rows)
    if not rows and not free:
        return {}
    return {
        "reviews": [(each, _standing(each)) for each in rows],
        "plan": f"{reverse('review-new')}?kind=vendor&about={vendor.pk}" if free else "",
    }


def _standing(review: Review) -> tuple[str, str]:
    """Return what a review came to, or where it stands, as a mark and words."""
    return (OUTCOME_TONES[review.outcome], review.get_outcome_display()) if review.outcome else state_of(review)


contribute(ObjectPanel("vendor.reviews", VENDOR, "registry/cadence/_vendor.html", of_vendor, order=30))
