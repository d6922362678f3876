"""Pages of questionnaires, their questions, the answer library and the prepared answers."""

from registry.questionnaires.views.answers import (
    AdoptPrepared,
    AnswerList,
    AnswerPage,
    ChangeAnswer,
    ConfirmAnswer,
    KeepAnswer,
    PreparedList,
    PreparedPage,
    PublishAnswer,
    RetireAnswer,
)
from registry.questionnaires.views.doing import (
    AcceptSure,
    EditQuestionnaire,
    FillBack,
    LayOut,
    ProposeAgain,
    Receive,
    ReopenQuestionnaire,
    SendBack,
    WithdrawQuestionnaire,
)
from registry.questionnaires.views.lists import QuestionList, QuestionnaireList
from registry.questionnaires.views.page import FilledDownload, OriginalFile, QuestionnairePage
from registry.questionnaires.views.questions import (
    AnswerQuestion,
    AskColleague,
    LeaveBlank,
    QuestionPage,
    RefuseProposal,
    ReopenQuestion,
)

__all__ = [
    "AcceptSure",
    "AdoptPrepared",
    "AnswerList",
    "AnswerPage",
    "AnswerQuestion",
    "AskColleague",
    "ChangeAnswer",
    "ConfirmAnswer",
    "EditQuestionnaire",
    "FillBack",
    "FilledDownload",
    "KeepAnswer",
    "LayOut",
    "LeaveBlank",
    "OriginalFile",
    "PreparedList",
    "PreparedPage",
    "ProposeAgain",
    "PublishAnswer",
    "QuestionList",
    "QuestionPage",
    "QuestionnaireList",
    "QuestionnairePage",
    "Receive",
    "RefuseProposal",
    "ReopenQuestion",
    "ReopenQuestionnaire",
    "RetireAnswer",
    "SendBack",
    "WithdrawQuestionnaire",
]
