"""Addresses of questionnaires and answers."""

from django.urls import path

from registry.questionnaires import views

urlpatterns = [
    *views.QuestionnaireList.urls("questionnaires/"),
    path("questionnaires/new/", views.Receive.as_view(), name="questionnaire-new"),
    *views.QuestionList.urls("questionnaires/questions/"),
    path("questionnaires/questions/<str:key>/answer/", views.AnswerQuestion.as_view(), name="question-answer"),
    path("questionnaires/questions/<str:key>/leave/", views.LeaveBlank.as_view(), name="question-leave"),
    path("questionnaires/questions/<str:key>/reopen/", views.ReopenQuestion.as_view(), name="question-reopen"),
    path("questionnaires/questions/<str:key>/ask/", views.AskColleague.as_view(), name="question-ask"),
    path("questionnaires/questions/<str:key>/refuse/<int:rank>/", views.RefuseProposal.as_view(), name="question-refuse"),
    *views.QuestionPage.urls("questionnaires/questions/<str:key>/"),
    path("questionnaires/<str:key>/file/", views.OriginalFile.as_view(), name="questionnaire-file"),
    path("questionnaires/<str:key>/files/<int:pk>/", views.FilledDownload.as_view(), name="questionnaire-filled"),
    path("questionnaires/<str:key>/edit/", views.EditQuestionnaire.as_view(), name="questionnaire-edit"),
    path("questionnaires/<str:key>/lay-out/", views.LayOut.as_view(), name="questionnaire-lay-out"),
    path("questionnaires/<str:key>/propose/", views.ProposeAgain.as_view(), name="questionnaire-propose"),
    path("questionnaires/<str:key>/accept/", views.AcceptSure.as_view(), name="questionnaire-accept"),
    path("questionnaires/<str:key>/fill/", views.FillBack.as_view(), name="questionnaire-fill"),
    path("questionnaires/<str:key>/send/", views.SendBack.as_view(), name="questionnaire-send"),
    path("questionnaires/<str:key>/reopen/", views.ReopenQuestionnaire.as_view(), name="questionnaire-reopen"),
    path("questionnaires/<str:key>/withdraw/", views.WithdrawQuestionnaire.as_view(), name="questionnaire-withdraw"),
    *views.QuestionnairePage.urls("questionnaires/<str:key>/"),
    *views.AnswerList.urls("answers/"),
    path("answers/new/", views.KeepAnswer.as_view(), name="answer-new"),
    path("answers/prepared/", views.PreparedList.as_view(), name="prepared-answers"),
    path("answers/prepared/<slug:key>/", views.PreparedPage.as_view(), name="prepared-answer"),
    path("answers/prepared/<slug:key>/keep/", views.AdoptPrepared.as_view(), name="prepared-answer-keep"),
    path("answers/<str:key>/change/", views.ChangeAnswer.as_view(), name="answer-change"),
    path("answers/<str:key>/confirm/", views.ConfirmAnswer.as_view(), name="answer-confirm"),
    path("answers/<str:key>/publish/", views.PublishAnswer.as_view(), name="answer-publish"),
    path("answers/<str:key>/retire/", views.RetireAnswer.as_view(), name="answer-retire"),
    *views.AnswerPage.urls("answers/<str:key>/"),
]
