"""The answer library: what the company says, kept with what shows it, confirmed in time, retired when it no longer holds."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from governance.core import clock
from governance.core.errors import Conflict, Invalid, NotVisible
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import rules as people
from governance.people.models import User
from registry.evidence import records
from registry.questionnaires import rules, sources
from registry.questionnaires.models import Answer, Question, Short
from registry.questionnaires.prepared.drawing import drawn

MOST_WORDINGS = 40


@action
def keep(
    *,
    actor: User,
    question: str,
    text: str,
    short: str = "",
    wordings: Sequence[str] = (),
    cite: Sequence[str] = (),
    cited: Sequence[Mapping[str, Any]] = (),
    owner: User | None = None,
    review_on: date | None = None,
    prepared: str = "",
) -> Answer:
    """Put an answer into the library, as of now. `cite` names what shows it by key; `cited` are sources as already kept.

    Raises Denied by role, Invalid for what is missing, Conflict where one stands in place of the same prepared answer.
    """
    require(rules.may_receive(actor))
    keeper = owner or actor
    _check(short, keeper)
    found = [*sources.read(cited), *sources.cite([records.find(actor, each) for each in cite if each.strip()])]
    made = Answer(
        question=question.strip(),
        wordings=_wordings(wordings, question),
        short=short,
        text=text.strip(),
        sources=_as_kept(found),
        as_of=clock.now(),
        owner=keeper,
        review_on=review_on,
        prepared=prepared,
    )
    return transitions.create(made, actor=actor, kind="answer.kept", payload={"prepared": prepared, **_told(made)})


@action
def adopt(key: str, *, actor: User, text: str = "", owner: User | None = None, review_on: date | None = None) -> Answer:
    """Put a prepared answer into the library, in its words or others; it then stands in place of the prepared one.

    Raises NotVisible for an unknown key, Conflict where nothing held here answers it and no words are given.
    """
    found = next((each for each in drawn(actor, fresh=True) if each.key == key), None)
    if found is None:
        raise NotVisible(f"There is no prepared answer {key[:40]!r}.", fix="Choose one from the list.")
    said = text.strip() or found.text
    if not said:
        raise Conflict("Nothing held here answers this.", fix=found.missing)
    shown = [each.to_json() for each in found.sources]
    return keep(
        actor=actor,
        question=found.question,
        text=said,
        short=found.short,
        cited=shown,
        owner=owner,
        review_on=review_on,
        prepared=key,
    )


@action
def change(
    answer: Answer,
    *,
    actor: User,
    question: str,
    text: str,
    short: str = "",
    wordings: Sequence[str] = (),
    cite: Sequence[str] = (),
    owner: User | None = None,
    review_on: date | None = None,
    expected_version: int | None = None,
) -> Answer:
    """Say an answer in other words, as of now; `cite` names all that shows it, by key. Raises as `keep`, and StaleState."""
    require(rules.may_edit(actor, answer))
    keeper = owner or answer.owner
    _check(short, keeper)
    held = {str(each.get("key", "")).casefold(): each for each in answer.sources}
    same = [held[each.strip().casefold()] for each in cite if each.strip().casefold() in held]
    new = [records.find(actor, each) for each in cite if each.strip() and each.strip().casefold() not in held]
    fresh = _present(sources.read(same))
    changes: dict[str, Any] = {
        "question": question.strip(),
        "wordings": _wordings(wordings, question),
        "short": short,
        "text": text.strip(),
        "sources": _as_kept([*fresh, *sources.cite(new)]),
        "as_of": clock.now(),
        "owner": keeper,
        "review_on": review_on,
    }
    told = {"short": short, "sources": _names(changes["sources"]), "public": answer.public}
    return transitions.change(
        answer, actor=actor, kind="answer.changed", changes=changes, expected_version=expected_version, payload=told
    )


@action
def confirm(answer: Answer, *, actor: User, review_on: date | None = None, expected_version: int | None = None) -> Answer:
    """Say that an answer still holds: as of now, on its sources as they are now. Those that are gone fall away.

    Raises Denied, StaleState.
    """
    require(rules.may_edit(actor, answer))
    kept = _as_kept(_present(sources.read(answer.sources)))
    return transitions.change(
        answer,
        actor=actor,
        kind="answer.confirmed",
        changes={"as_of": clock.now(), "sources": kept, "review_on": review_on},
        expected_version=expected_version,
        payload={"sources": _names(kept), "review_on": review_on},
    )


@action
def publish(answer: Answer, *, actor: User, public: bool, expected_version: int | None = None) -> Answer:
    """Let an answer be shown in buyers' rooms, or no longer. Raises Denied, StaleState."""
    require(rules.may_publish(actor))
    require(rules.may_edit(actor, answer))
    return transitions.change(
        answer,
        actor=actor,
        kind="answer.changed",
        changes={"public": public},
        expected_version=expected_version,
        payload={"short": answer.short, "sources": _names(answer.sources), "public": public},
    )


@action
def give_answer(answer: Answer, *, actor: User, to: User, reason: str = "") -> Answer:
    """Give an answer to another keeper; its words and their date stay."""
    require(rules.may_edit(actor, answer))
    require(people.may_own(to))
    told = {"short": answer.short, "sources": _names(answer.sources), "public": answer.public}
    return transitions.change(answer, actor=actor, kind="answer.changed", changes={"owner": to}, payload=told, reason=reason)


@action
def word(answer: Answer, wording: str, question: Question, *, actor: User) -> Answer:
    """Let an answer answer another wording too; nothing happens where it does already."""
    require(rules.may_receive(actor))
    wordings = _wordings([*answer.wordings, wording], answer.question)
    return transitions.change(
        answer,
        actor=actor,
        kind="answer.worded",
        changes={"wordings": wordings},
        payload={"questionnaire": question.questionnaire.key},
        touches=(question.questionnaire,),
    )


@action
def retire(answer: Answer, *, actor: User, reason: str, expected_version: int | None = None) -> Answer:
    """Propose an answer no longer. Raises Invalid without a reason."""
    require(rules.may_edit(actor, answer))
    if not reason.strip():
        raise Invalid("Say why it is retired.", fields={"reason": ["This is needed."]})
    return transitions.change(
        answer,
        actor=actor,
        kind="answer.retired",
        changes={"state": Answer.State.RETIRED, "public": False},
        expected_version=expected_version,
        reason=reason.strip(),
    )


def _check(short: str, owner: User) -> None:
    if short and short not in Short.values:
        raise Invalid("Choose one of the words.", fields={"short": [f"One of {', '.join(Short.values)}."]})
    if not (verdict := people.may_own(owner)):
        raise Invalid(verdict.reason, fields={"owner": [verdict.reason]})


def _wordings(given: Sequence[str], question: str) -> list[str]:
    """Return other wordings, each once, without the question itself, the newest last."""
    said = [" ".join(each.split())[:2000] for each in given if each.strip()]
    return [each for each in dict.fromkeys(said) if each.casefold() != question.strip().casefold()][-MOST_WORDINGS:]


def _as_kept(found: Sequence[sources.Source]) -> list[dict[str, Any]]:
    once = {(each.type, each.id): each for each in found}
    return [each.to_json() for each in list(once.values())[: sources.MOST]]


def _present(found: Sequence[sources.Source]) -> list[sources.Source]:
    """Return sources as they are now; those that are gone fall away."""
    return sources.dated(sources.renewed(found))


def _names(kept: Sequence[Mapping[str, Any]]) -> list[str]:
    return [f"{each['type']}:{each['id']} v{each.get('version', 0)}" for each in kept]


def _told(made: Answer) -> dict[str, Any]:
    return {"short": made.short, "sources": _names(made.sources), "public": made.public}
