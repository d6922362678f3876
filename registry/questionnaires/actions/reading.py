"""The questions of a file become rows; read again under another layout, what was answered stays with its cell."""

from collections.abc import Callable, Sequence

from governance.core.errors import Invalid, PlumblineError
from governance.core.verdict import require
from governance.ledger import journal, transitions
from governance.ledger.journal import action
from governance.people.models import User
from registry.evidence import storage
from registry.questionnaires import reading, rules
from registry.questionnaires.actions.proposing import propose
from registry.questionnaires.actions.receiving import ask_to_read
from registry.questionnaires.layout import Asked, Layout
from registry.questionnaires.models import Question, Questionnaire

CHUNK = 1000
State = Questionnaire.State
READ_FROM_FILE = ("code", "section", "text", "choices", "given", "answer_cell", "detail_cell", "number")


def content(questionnaire: Questionnaire) -> bytes:
    """Return the file as it came. Raises Unavailable when it is not there, or is another."""
    with storage.take(questionnaire.blob.stored_as, questionnaire.blob.digest) as file:
        return bytes(file.read())


def read(questionnaire: Questionnaire, *, actor: User, progress: Callable[..., None]) -> dict[str, int]:
    """Read the file and propose answers: the work of a job. Running it again goes on where it was cut off.

    What cannot be read leaves the questionnaire withdrawn, with the reason.
    """
    if questionnaire.state != State.READING:
        return {}
    progress(0, 1, "opening the file")
    try:
        layouts = [Layout.from_json(each) for each in questionnaire.layout] or None
        chosen, whole = reading.questions(reading.grids(content(questionnaire), questionnaire.form), layouts)
    except PlumblineError as error:
        _refuse(questionnaire, actor=actor, why=str(error))
        raise
    done = 0
    for start in range(0, len(whole.asked), CHUNK):
        piece = whole.asked[start : start + CHUNK]
        _store(questionnaire, actor=actor, asked=piece, first=start + 1)
        done += len(piece)
        progress(done, len(whole.asked), "questions read")
    notes = [*whole.notes, *_said_of(whole.headings)]
    if not whole.asked:
        notes.insert(0, "No question was found. Say on the layout page which column holds them.")
    _settle(questionnaire, actor=actor, asked=whole.asked, layouts=chosen, notes=notes, headings=len(whole.headings))
    return propose(questionnaire, actor=actor, progress=progress)


def _said_of(headings: Sequence[tuple[int, str]]) -> list[str]:
    if not headings:
        return []
    shown = "; ".join(f"row {row}: {text[:60]}" for row, text in headings[:6])
    more = f"; {len(headings) - 6:,} more" if len(headings) > 6 else ""
    return [f"Taken for headings, and not asked: {shown}{more}."]


@action
def _refuse(questionnaire: Questionnaire, *, actor: User, why: str) -> None:
    transitions.change(
        questionnaire,
        actor=actor,
        kind="questionnaire.refused",
        changes={"state": State.WITHDRAWN, "ended_because": why[:2000], "problem": why[:2000]},
        payload={"why": why[:400]},
    )


@action
def _store(questionnaire: Questionnaire, *, actor: User, asked: Sequence[Asked], first: int) -> None:
    """Store a piece of what was read: new rows together, known ones where something differs."""
    rows = {each.row for each in asked}
    known = {(each.sheet, each.row): each for each in questionnaire.questions.filter(row__in=rows)}
    new: list[Question] = []
    journal.record(
        "questionnaire.read",
        actor=actor,
        subject=questionnaire,
        payload={"questions": len(asked), "sheets": 0, "headings": 0, "gone": 0},
    )
    for number, each in enumerate(asked, start=first):
        held = known.get((each.sheet, each.row))
        said = {name: getattr(each, name) for name in READ_FROM_FILE if name not in ("number", "choices")}
        said |= {"number": number, "choices": list(each.choices), "found": True}
        if held is None:
            new.append(Question(questionnaire=questionnaire, sheet=each.sheet, row=each.row, **said))
        elif any(getattr(held, name) != value for name, value in said.items()):
            if held.text != each.text:
                said |= {"state": Question.State.OPEN, "refused": []}
            for name, value in said.items():
                setattr(held, name, value)
            held.save()
    _create(new)


def _create(new: list[Question]) -> None:
    """Store new questions and bind their first history rows to the entry that tells of the questionnaire."""
    if not new:
        return
    for each in new:
        transitions.check(each)
    Question.objects.bulk_create(new, batch_size=500)
    made = Question.history.bulk_history_create(new, 500, default_user=journal.acting_ref(), default_date=new[0].created_at)
    for row in made:
        journal.bind_history("registry.questionnaire", str(new[0].questionnaire_id), row)


@action
def _settle(
    questionnaire: Questionnaire,
    *,
    actor: User,
    asked: Sequence[Asked],
    layouts: Sequence[Layout],
    notes: list[str],
    headings: int,
) -> None:
    """Set aside what this layout does not read, and open the questionnaire for answers."""
    there = {(each.sheet, each.row) for each in asked}
    gone = [each for each in questionnaire.questions.filter(found=True) if (each.sheet, each.row) not in there]
    answered = sum(each.state == Question.State.ANSWERED for each in gone)
    if answered:
        notes.append(
            f"{answered:,} answered questions are not read any more. Their answers are kept, and come back with the layout."
        )
    transitions.change(
        questionnaire,
        actor=actor,
        kind="questionnaire.read",
        changes={
            "state": State.REVIEW,
            "layout": [each.to_json() for each in layouts],
            "notes": notes,
            "problem": "",
        },
        payload={
            "questions": len(asked),
            "sheets": sum(each.used for each in layouts),
            "headings": headings,
            "gone": len(gone),
        },
    )
    for each in gone:
        each.found = False
        each.save()


@action
def lay_out(
    questionnaire: Questionnaire, *, actor: User, layouts: Sequence[Layout], expected_version: int | None = None
) -> Questionnaire:
    """Say how the sheets are laid out, and have the file read again. Raises Invalid for a layout that cannot be read."""
    require(rules.may_work(actor, questionnaire))
    known = {each["sheet"] for each in questionnaire.layout}
    for each in layouts:
        each.check()
        if each.sheet not in known:
            raise Invalid(
                f"The file has no sheet {each.sheet[:60]!r}.", fields={"layout": [f"Choose one of {', '.join(sorted(known))}."]}
            )
    if not any(each.used for each in layouts):
        raise Invalid("At least one sheet is read.", fields={"layout": ["Choose the sheet that holds the questions."]})
    given = {each.sheet: each for each in layouts}
    kept = [given[each["sheet"]].to_json() if each["sheet"] in given else each for each in questionnaire.layout]
    changed = transitions.change(
        questionnaire,
        actor=actor,
        kind="questionnaire.laid_out",
        changes={"layout": kept, "state": State.READING},
        expected_version=expected_version,
        expected={"state": State.REVIEW},
        payload={"sheets": sum(each["used"] for each in kept)},
    )
    ask_to_read(changed, actor)
    return changed
