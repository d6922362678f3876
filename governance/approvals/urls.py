"""Addresses of approvals."""

from django.urls import path

from governance.approvals import views

urlpatterns = [
    *views.RequestList.urls(""),
    path("<str:key>/approve/", views.Approve.as_view(), name="approval-approve"),
    path("<str:key>/conditions/", views.ApproveWithConditions.as_view(), name="approval-conditions"),
    path("<str:key>/reject/", views.Reject.as_view(), name="approval-reject"),
    path("<str:key>/abstain/", views.Abstain.as_view(), name="approval-abstain"),
    path("<str:key>/delegate/", views.Delegate.as_view(), name="approval-delegate"),
    path("<str:key>/withdraw/", views.Withdraw.as_view(), name="approval-withdraw"),
    path("<str:key>/conditions/<int:pk>/met/", views.MeetCondition.as_view(), name="condition-met"),
    *views.RequestPage.urls("<str:key>/"),
]
