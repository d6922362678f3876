"""What documents contribute: the jobs that make them, their list, their API, and whether this machine prints."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.module_loading import import_string

from governance.core.contributions import ApiRoute, JobKind, NavItem, Schedule, SearchHit, SearchSource, contribute
from governance.documents import actions, codes, making, probe, queries
from governance.ui.extensions import Banner


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find documents by title, by what they are about, or by their code."""
    typed = codes.as_typed(words)
    where = Q(title__icontains=words) | Q(subject_key__iexact=words) | Q(code=typed[:20])
    found = queries.visible_to(user).filter(where)[:limit]
    return [
        SearchHit(each.title, reverse("document", args=[each.code]), f"number {each.number}", "document", 0.5) for each in found
    ]


contribute(JobKind(actions.MAKE, making.make, label="Make a document", lease=timedelta(minutes=5)))
contribute(JobKind("documents.tidy", making.tidy, label="Remove files that no document claims"))
contribute(Schedule("documents.tidy", "documents.tidy", every=timedelta(days=1)))
contribute(NavItem("documents", "Documents", "documents", "document", group="What we can prove", order=20))
contribute(SearchSource("documents", "Documents", find, order=70))
contribute(ApiRoute("documents", "documents", load=lambda: import_string("governance.documents.api.DocumentApi")))
contribute(ApiRoute("document-orders", "document-orders", load=lambda: import_string("governance.documents.api.OrderApi")))
contribute(JobKind("documents.probe", probe.run, label="See whether this machine prints"))
contribute(Schedule("documents.probe", "documents.probe", every=timedelta(hours=1)))
contribute(Banner("documents-off", probe.banner))
