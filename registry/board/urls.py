"""Addresses of the board's question."""

from django.urls import path

from registry.board import views

urlpatterns = [
    path("board/", views.Board.as_view(), name="board"),
    path("board/answer.<slug:form>", views.BoardFile.as_view(), name="board-file"),
    path("board/blind/", views.BlindSpots.as_view(), name="board-blind"),
    path("board/change/", views.ChangeQuestion.as_view(), name="board-change"),
    path("board/seal/", views.Seal.as_view(), name="board-seal"),
    *views.AnswerList.urls("board/answers/"),
    path("board/answers/<str:key>/answer.<slug:form>", views.AnswerFile.as_view(), name="board-answer-file"),
    *views.AnswerPage.urls("board/answers/<str:key>/"),
]
