"""The answers go back into the buyer's file, and the questionnaire is closed once it was sent."""

import io

from governance.core.errors import Conflict
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action, record
from governance.people.models import User
from registry.evidence import storage
from registry.evidence.actions import recorded
from registry.evidence.models import Blob
from registry.questionnaires import placing, reading, rules
from registry.questionnaires.actions.reading import content
from registry.questionnaires.models import FilledFile, Question, Questionnaire


def fill(questionnaire: Questionnaire, *, actor: User) -> FilledFile:
    """Put all answers into the cells of the file as it came, and keep what results. Raises Conflict with nothing answered.

    Made before the transaction begins; two fillings of the same answers are the same bytes.
    """
    require(rules.may_work(actor, questionnaire))
    rows = list(questionnaire.questions.filter(found=True).order_by("number"))
    answered = [each for each in rows if each.state == Question.State.ANSWERED]
    if not answered:
        raise Conflict("No question is answered yet.", fix="Answer at least one.")
    fills, notes = placing.placed(answered)
    made = reading.fill(content(questionnaire), questionnaire.form, fills)
    file = io.BytesIO(made.data)
    kept = storage.read(file)
    blob = Blob(digest=kept.digest, size=kept.size, media_type=kept.type.media_type)
    blob.stored_as = storage.put(file, kept)
    filled = FilledFile(
        questionnaire=questionnaire,
        file_name=placing.named(questionnaire.file_name),
        answered=len(answered),
        unanswered=len(rows) - len(answered),
        notes=[*made.notes, *notes],
        made_by=actor,
    )
    return _fill(filled, blob, actor=actor)


@action
def _fill(filled: FilledFile, blob: Blob, *, actor: User) -> FilledFile:
    filled.blob = recorded(blob)
    filled.save()
    record(
        "questionnaire.filled",
        actor=actor,
        subject=filled.questionnaire,
        payload={
            "answered": filled.answered,
            "unanswered": filled.unanswered,
            "digest": filled.blob.digest,
            "size": filled.blob.size,
        },
        personal={"file_name": filled.file_name},
    )
    return filled


@action
def send(questionnaire: Questionnaire, *, actor: User, expected_version: int | None = None) -> Questionnaire:
    """Say that the newest filled file went back to the buyer. Raises Conflict when none was made."""
    require(rules.may_work(actor, questionnaire))
    newest = questionnaire.filled.select_related("blob").order_by("-pk").first()
    if newest is None:
        raise Conflict("No file was filled yet.", fix="Fill the answers in first.")
    return transitions.change(
        questionnaire,
        actor=actor,
        kind="questionnaire.sent",
        changes={"state": Questionnaire.State.SENT},
        expected_version=expected_version,
        expected={"state": Questionnaire.State.REVIEW},
        payload={"answered": newest.answered, "unanswered": newest.unanswered, "digest": newest.blob.digest},
    )


@action
def reopen(questionnaire: Questionnaire, *, actor: User, reason: str = "", expected_version: int | None = None) -> Questionnaire:
    """Open a questionnaire again that was sent back; what was sent stays kept."""
    require(rules.may_reopen(actor, questionnaire))
    return transitions.change(
        questionnaire,
        actor=actor,
        kind="questionnaire.reopened",
        changes={"state": Questionnaire.State.REVIEW},
        expected_version=expected_version,
        expected={"state": Questionnaire.State.SENT},
        reason=reason,
    )
