"""Questionnaires, their questions and the answer library over REST."""

from registry.questionnaires.api.answers import AnswerApi
from registry.questionnaires.api.questionnaires import QuestionnaireApi
from registry.questionnaires.api.questions import QuestionApi

__all__ = ["AnswerApi", "QuestionApi", "QuestionnaireApi"]
