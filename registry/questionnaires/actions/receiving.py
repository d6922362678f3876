"""A questionnaire comes in, is given other words, or is withdrawn.

The file is looked at and stored before the transaction begins, so that a slow storage holds nobody up; reading it and
proposing answers is a job.
"""

from datetime import date
from typing import Any

from governance.core import jobs
from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import rules as people
from governance.people.models import User
from registry.evidence import names, storage
from registry.evidence.actions import recorded
from registry.evidence.models import Blob
from registry.questionnaires import reading, rules
from registry.questionnaires.models import Questionnaire
from registry.questionnaires.sheets.workbook import LIMITS

READ = "questionnaires.read"
State = Questionnaire.State


def receive(
    file: Any,
    *,
    actor: User,
    name: str,
    title: str = "",
    buyer: str = "",
    due_on: date | None = None,
    owner: User | None = None,
) -> Questionnaire:
    """Take a buyer's file in and ask for it to be read.

    Raises Denied by role, TooLarge, or Invalid for what is neither an XLSX workbook without macros nor delimited text.
    """
    require(rules.may_receive(actor))
    file.seek(0)
    data = file.read(LIMITS.bytes + 1)
    LIMITS.check_bytes(len(data))
    called = names.cleaned(name or str(getattr(file, "name", "") or ""))
    try:
        form = reading.form_of(data, called)
    except Invalid as error:
        raise Invalid(
            error.message, fix=error.fix, code=error.code, fields={"file": [f"{error.message} {error.fix}".strip()]}
        ) from error
    content = storage.read(file)
    blob = Blob(digest=content.digest, size=content.size, media_type=content.type.media_type)
    blob.stored_as = storage.put(file, content)
    made = Questionnaire(
        title=title.strip() or called.rpartition(".")[0] or called,
        buyer=buyer.strip(),
        owner=owner or actor,
        due_on=due_on,
        file_name=called,
        form=form,
    )
    return _receive(made, blob, actor=actor)


@action
def _receive(made: Questionnaire, blob: Blob, *, actor: User) -> Questionnaire:
    require(people.may_own(made.owner))
    made.blob = recorded(blob)
    personal = {"title": made.title, "buyer": made.buyer, "file_name": made.file_name}
    transitions.create(
        made,
        actor=actor,
        kind="questionnaire.received",
        payload={"form": made.form, "digest": made.blob.digest, "size": made.blob.size, "due_on": made.due_on},
        personal={name: said for name, said in personal.items() if said},
    )
    ask_to_read(made, actor)
    return made


def ask_to_read(questionnaire: Questionnaire, actor: User) -> Any:
    """Queue the job that reads a questionnaire's file as it is laid out now; returns it."""
    key = f"{questionnaire.key}:{questionnaire.version}"
    args = {"questionnaire": questionnaire.pk, "actor": actor.pk}
    return jobs.enqueue(READ, key=key, args=args, owner=actor, label=f"Read {questionnaire.title}")


@action
def edit(
    questionnaire: Questionnaire,
    *,
    actor: User,
    title: str,
    buyer: str = "",
    due_on: date | None = None,
    owner: User | None = None,
    expected_version: int | None = None,
) -> Questionnaire:
    """Give a questionnaire another title, buyer, day or owner. Raises Denied, StaleState."""
    require(rules.keeps(actor, questionnaire))
    chosen = owner or questionnaire.owner
    if not (verdict := people.may_own(chosen)):
        raise Invalid(verdict.reason, fields={"owner": [verdict.reason]})
    return transitions.change(
        questionnaire,
        actor=actor,
        kind="questionnaire.changed",
        changes={"title": title.strip(), "buyer": buyer.strip(), "due_on": due_on, "owner": chosen},
        expected_version=expected_version,
        payload={"due_on": due_on, "owner": chosen.ref},
        personal={name: said for name, said in (("title", title.strip()), ("buyer", buyer.strip())) if said},
    )


@action
def hand_over(questionnaire: Questionnaire, *, actor: User, to: User, reason: str = "") -> Questionnaire:
    """Give a questionnaire to another person: by its owner, or by who keeps the policy when its owner leaves."""
    require(rules.keeps(actor, questionnaire))
    require(people.may_own(to))
    return transitions.change(
        questionnaire,
        actor=actor,
        kind="questionnaire.changed",
        changes={"owner": to},
        payload={"owner": to.ref, "due_on": questionnaire.due_on},
        reason=reason,
    )


@action
def withdraw(questionnaire: Questionnaire, *, actor: User, reason: str, expected_version: int | None = None) -> Questionnaire:
    """End a questionnaire that will not be answered; what was answered stays. Raises Invalid without a reason."""
    require(rules.may_withdraw(actor, questionnaire))
    if not reason.strip():
        raise Invalid("Say why it is withdrawn.", fields={"reason": ["This is needed."]})
    return transitions.change(
        questionnaire,
        actor=actor,
        kind="questionnaire.withdrawn",
        changes={"state": State.WITHDRAWN, "ended_because": reason.strip()},
        expected_version=expected_version,
        reason=reason.strip(),
    )
