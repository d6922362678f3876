"""Addresses of the ledger."""

from governance.ledger.views import EntryList, EntryPage

urlpatterns = [*EntryList.urls(""), *EntryPage.urls("entries/<int:seq>/")]
