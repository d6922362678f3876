"""Addresses of postmortems, action items, cases asked for, and of what is done with them on an incident."""

from django.urls import path

from incidents.postmortems.views import closing, evalcases, items, library, page, writing

urlpatterns = [
    *library.PostmortemList.urls("postmortems/"),
    path("postmortems/patterns/", library.Patterns.as_view(), name="postmortem-patterns"),
    path("postmortems/<str:key>/write/<slug:kind>/", writing.Write.as_view(), name="postmortem-write"),
    path("postmortems/<str:key>/title/", writing.Retitle.as_view(), name="postmortem-title"),
    path("postmortems/<str:key>/causes/new/", writing.NameCause.as_view(), name="postmortem-cause-new"),
    path("postmortems/<str:key>/causes/<int:pk>/", writing.NoteCause.as_view(), name="postmortem-cause"),
    path("postmortems/<str:key>/causes/<int:pk>/drop/", writing.DropCause.as_view(), name="postmortem-cause-drop"),
    path("postmortems/<str:key>/moments/", writing.CutTimeline.as_view(), name="postmortem-moments"),
    path("postmortems/<str:key>/ask/", writing.AskForApproval.as_view(), name="postmortem-ask"),
    path("postmortems/<str:key>/revise/", writing.Revise.as_view(), name="postmortem-revise"),
    *page.PostmortemPage.urls("postmortems/<str:key>/"),
    *library.ItemList.urls("action-items/"),
    path("action-items/<str:key>/change/", items.ChangeItem.as_view(), name="action-item-change"),
    path("action-items/<str:key>/point/", items.PointItem.as_view(), name="action-item-point"),
    path("action-items/<str:key>/done/", items.FinishItem.as_view(), name="action-item-done"),
    path("action-items/<str:key>/verify/", items.VerifyItem.as_view(), name="action-item-verify"),
    path("action-items/<str:key>/back/", items.GiveBackItem.as_view(), name="action-item-back"),
    path("action-items/<str:key>/drop/", items.DropItem.as_view(), name="action-item-drop"),
    *items.ItemPage.urls("action-items/<str:key>/"),
    *library.CaseList.urls("eval-cases/"),
    path("eval-cases/<str:key>/change/", evalcases.ChangeCase.as_view(), name="eval-case-change"),
    *evalcases.CasePage.urls("eval-cases/<str:key>/"),
    path("incidents/<str:key>/postmortem/new/", writing.Begin.as_view(), name="postmortem-begin"),
    path("incidents/<str:key>/action-items/new/", items.AddItem.as_view(), name="action-item-new"),
    path("incidents/<str:key>/eval-cases/new/", evalcases.AskForCase.as_view(), name="eval-case-new"),
    path("incidents/<str:key>/close/", closing.Close.as_view(), name="incident-close"),
]
