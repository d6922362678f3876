"""Addresses of reviews, decisions, the checklist and the rollout."""

from django.urls import path

from governance.reviews.views import deciding, doing, lists, page, standing

urlpatterns = [
    *lists.ReviewList.urls(""),
    path("new/", doing.PlanReview.as_view(), name="review-new"),
    path("checklist/", standing.Checklist.as_view(), name="checklist"),
    path("rollout/", standing.RolloutPage.as_view(), name="rollout"),
    path("rollout/start/", standing.StartRollout.as_view(), name="rollout-start"),
    path("rollout/move/", standing.MoveRollout.as_view(), name="rollout-move"),
    path("rollout/<str:step>/give/", standing.GiveStep.as_view(), name="rollout-give"),
    path("rollout/<str:step>/done/", standing.FinishStep.as_view(), name="rollout-done"),
    path("rollout/<str:step>/reopen/", standing.ReopenStep.as_view(), name="rollout-reopen"),
    *lists.DecisionList.urls("decisions/"),
    path("decisions/<str:key>/done/", deciding.FinishDecision.as_view(), name="review-decision-done"),
    path("decisions/<str:key>/drop/", deciding.DropDecision.as_view(), name="review-decision-drop"),
    path("decisions/<str:key>/change/", deciding.ChangeDecision.as_view(), name="review-decision-change"),
    *deciding.DecisionPage.urls("decisions/<str:key>/"),
    path("<str:key>/begin/", doing.BeginReview.as_view(), name="review-begin"),
    path("<str:key>/move/", doing.MoveReview.as_view(), name="review-move"),
    path("<str:key>/hand-over/", doing.HandOver.as_view(), name="review-hand-over"),
    path("<str:key>/cancel/", doing.CancelReview.as_view(), name="review-cancel"),
    path("<str:key>/ask/", doing.AskPeople.as_view(), name="review-ask"),
    path("<str:key>/came/", doing.WhoCame.as_view(), name="review-came"),
    path("<str:key>/notes/", doing.WriteNotes.as_view(), name="review-notes"),
    path("<str:key>/decide/", deciding.Decide.as_view(), name="review-decide"),
    path("<str:key>/close/", doing.CloseReview.as_view(), name="review-close"),
    path("<str:key>/answers/<str:area>/", deciding.AnswerQuestion.as_view(), name="review-answer"),
    path("<str:key>/answers/<str:area>/give/", deciding.GiveQuestion.as_view(), name="review-answer-give"),
    *page.ReviewPage.urls("<str:key>/"),
]
