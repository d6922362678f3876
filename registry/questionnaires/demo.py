"""What questionnaires add to the demo company: a buyer's workbook in the middle of being answered, and two kept answers."""

import io
from datetime import timedelta
from functools import partial
from typing import Any

from governance.core import clock
from governance.core.tabular.xlsxwriter import write_xlsx
from registry.questionnaires import actions
from registry.questionnaires.models import Question, Questionnaire

CAME, KEPT = 0.6, 3.2
"""Weeks ago."""
COLUMNS = ("No.", "Section", "Question", "Answer", "Additional information")
ASKED = (
    ("1.1", "AI in use", "Do you use machine learning or large language models in the service?"),
    ("1.2", "AI in use", "Which foundation models do you use, and who provides them?"),
    ("1.3", "AI in use", "Please list all sub-processors for AI with their region."),
    ("2.1", "Data", "Is our members' data used to train models?"),
    ("2.2", "Data", "In which regions is data processed by AI?"),
    ("2.3", "Data", "How long are prompts and outputs stored?"),
    ("2.4", "Data", "Is data encrypted at rest and in transit?"),
    ("3.1", "Oversight", "Is a human in the loop before a letter is sent to a member?"),
    ("3.2", "Oversight", "Who is accountable for each AI system?"),
    ("3.3", "Oversight", "Have your employees completed responsible AI training?"),
    ("4.1", "Incidents", "Can AI features be disabled in a timely manner during an incident?"),
    ("4.2", "Incidents", "How quickly can an agent be halted?"),
    ("4.3", "Incidents", "Within how many hours will we be notified of an AI incident?"),
    ("5.1", "Assurance", "Do you red-team your AI systems?"),
    ("5.2", "Assurance", "May we audit your AI governance?"),
)


def tell(story: Any) -> None:
    """Put them on the story's calendar."""
    story.at(KEPT, partial(_keep, story))
    story.at(CAME, partial(_receive, story))


def _keep(story: Any) -> None:
    keeper = story.cast["ingrid"]
    actions.keep(
        actor=keeper,
        question="Is data encrypted at rest and in transit?",
        wordings=("Do you encrypt customer data?", "Which encryption is used for stored data?"),
        short="yes",
        text="Yes. Data is encrypted in transit with TLS 1.2 or later, and at rest with AES-256 under keys that we manage.",
    )
    answer = actions.keep(
        actor=keeper,
        question="Do you sell or share our members' data?",
        short="no",
        text="No. Members' data is used to serve the members and for nothing else. Only the processors that we name get it.",
    )
    actions.publish(answer, actor=story.admin, public=True)


def _receive(story: Any) -> None:
    owner = story.cast["ingrid"]
    rows = [(number, section, text, "", "") for number, section, text in ASKED]
    file = io.BytesIO(b"".join(write_xlsx(COLUMNS, rows, title="AI questions")))
    made = actions.receive(
        file,
        actor=owner,
        name="Halden Mutual - AI supplier questions.xlsx",
        title="AI supplier questions",
        buyer="Halden Mutual",
        due_on=clock.today() + timedelta(days=9),
    )
    actions.read(made, actor=owner, progress=_quietly)
    actions.accept_sure(Questionnaire.objects.select_related("owner").get(pk=made.pk), actor=owner)
    asked = Question.objects.select_related("questionnaire__owner").filter(questionnaire=made, state=Question.State.OPEN)
    for question in asked.filter(code="5.1"):
        actions.ask(question, actor=owner, of=story.admin)


def _quietly(done: int, total: int, label: str = "") -> None:
    """Nobody waits for it here."""
