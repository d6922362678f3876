"""A buyer's workbook with 2,000 questions: read, answered by proposals, filled back."""

import io
import time
from collections.abc import Iterator
from typing import Any

from rapidfuzz import fuzz

from governance.core import jobs
from governance.people.models import User
from registry.questionnaires import actions
from registry.questionnaires.models import Questionnaire
from registry.questionnaires.prepared.drawing import prepared
from tests.benchmarks.measuring import Figure
from tests.registry.questionnaires import files

QUESTIONS = 2000
SECONDS = 5.0


def figures(company: dict[str, Any]) -> Iterator[Figure]:
    """Measure proposing over the company's records, against comparing each question with each wording by spelling alone."""
    ada = User.objects.get(email="ada@example.org")
    wordings = [said for each in prepared() for said in (each.question, *each.wordings)]
    rows = [(f"Q{number}", f"{wordings[number % len(wordings)]} (part {number})") for number in range(QUESTIONS)]
    made = actions.receive(io.BytesIO(files.workbook(rows)), actor=ada, name="benchmark.xlsx")
    started = time.perf_counter()
    jobs.run_pending()
    read = time.perf_counter() - started
    made = Questionnaire.objects.select_related("owner", "blob").get(pk=made.pk)
    started = time.perf_counter()
    counts = actions.propose(made, actor=ada, progress=lambda *_: None)
    proposed = time.perf_counter() - started
    started = time.perf_counter()
    for _, text in rows:
        for said in wordings:
            fuzz.token_set_ratio(text, said)
    plain = time.perf_counter() - started
    note = f"{counts['proposed']:,} with a proposal; baseline: each question with each wording, by spelling alone"
    yield Figure(f"Answers proposed to {QUESTIONS:,} questions", proposed, "s", plain, "< 5 s", proposed < SECONDS, note)
    yield Figure(f"Workbook of {QUESTIONS:,} questions read, with proposals", read, "s", note="history and ledger included")
