"""What guests and questions contribute: their place among packs, inbox, briefing, notices, jobs, ledger's reach, API."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core import clock
from governance.core.contributions import (
    AfterEntries,
    ApiRoute,
    BriefingLine,
    DemoPart,
    InboxLine,
    InboxSource,
    JobKind,
    ObjectLink,
    OwnedSource,
    PaletteCommand,
    Schedule,
    SearchHit,
    SearchSource,
    contribute,
    contribution,
)
from governance.ledger.reach import Reach
from governance.notifications.telling import NoticeRule
from governance.people.models import Role, User
from governance.ui.extensions import FamilyTab, ObjectButton
from governance.ui.pages import Button
from registry.guests import access, actions, demo, queries, rules  # noqa: F401 - access contributes itself
from registry.guests.models import AuditQuestion
from registry.guests.views.guests import FAMILY

contribute(Reach("guests", queries.reach))
contribute(DemoPart("guests", demo.tell))
contribute(FamilyTab("packs", FAMILY, "Packs", "packs", order=10))
contribute(FamilyTab("audit-questions", FAMILY, "Auditors' questions", "audit-questions", order=20))
contribute(FamilyTab("guests", FAMILY, "Guest auditors", "guests", order=30))


def begins(entries: Sequence[Any]) -> None:
    """Open their scope to guests as soon as they accepted their invitation."""
    if any(entry.kind == "person.invitation_accepted" for entry in entries):
        actions.begin_waiting()


def _tend(job: Any, progress: Callable[..., None]) -> dict[str, int]:
    return {"began": actions.begin_waiting(), "ended": actions.end_due()}


contribute(AfterEntries("guests.begin", begins))
contribute(JobKind("guests.tend", _tend, label="Open and end guests' access"))
contribute(Schedule("guests.tend", "guests.tend", every=timedelta(minutes=5)))


def sees_questions(user: Any) -> bool:
    """Whether somebody is offered the list: whoever reads all, asks or answers."""
    return bool(user.is_authenticated and user.is_active)


contribute(
    PaletteCommand(
        "audit-questions",
        "Auditors' questions",
        lambda user: reverse("audit-questions"),
        words="audit ask answer",
        icon="question",
        visible=sees_questions,
    )
)
contribute(
    PaletteCommand(
        "guests",
        "Guest auditors",
        lambda user: reverse("guests"),
        words="external auditor invite scope period",
        icon="people",
        visible=lambda user: bool(rules.may_decide(user)) or user.role in (Role.AUDITOR, Role.GUEST_AUDITOR),
    )
)
contribute(
    PaletteCommand(
        "guest.let-in",
        "Let a guest auditor in",
        lambda user: reverse("guest-new"),
        words="invite external auditor",
        icon="plus",
        visible=lambda user: bool(rules.may_decide(user)),
    )
)


def ask_about(user: Any, subject: Any) -> Button | None:
    """Return the button by which an auditor asks about a thing; None for others, and for what nobody can speak about."""
    label = subject._meta.label_lower
    if not rules.may_ask(user) or label == "registry.auditquestion":
        return None
    try:
        contribution(Commentable, label)
    except LookupError:
        return None
    return Button("Ask a question", reverse("audit-question-ask", args=[label, subject.pk]), "question", dialog=True)


contribute(ObjectButton("audit.ask", "*", ask_about))


def inbox(user: Any) -> Iterable[InboxLine]:
    """Return the answers that a person owes, and those that they are to judge."""
    for asked in queries.owed(user).order_by("due_on", "pk")[:100]:
        yield _line("Do", asked, f"An auditor asks: {asked}", clock.end_of(asked.due_on))
    for asked in queries.to_judge(user).order_by("pk")[:100]:
        yield _line("Review", asked, f"Answered: {asked}", None)


def _line(verb: str, asked: AuditQuestion, title: str, due: Any) -> InboxLine:
    tier = asked.surface.tier if asked.surface else None
    detail = f"{asked.key} · {asked.subject_key or asked.subject_name}"
    return InboxLine(verb, title, asked.get_absolute_url(), detail, due=due, tier=tier, asked_at=asked.created_at)


contribute(InboxSource("audit-questions", inbox, rows=lambda user: (queries.owed(user), queries.to_judge(user)), order=45))
contribute(
    BriefingLine(
        "audit-questions.late",
        "due",
        "auditors' questions are overdue",
        queries.late,
        lambda user: f"{reverse('audit-questions')}?overdue=true",
        order=60,
        level="stop",
        one="auditor's question is overdue",
    )
)


def _told(name: str) -> Callable[[Any, dict[str, Any]], Iterable[User]]:
    return lambda entry, body: User.objects.filter(ref=body["payload"].get(name, ""))


def _page(entry: Any, body: dict[str, Any]) -> str:
    return reverse("audit-question", args=[entry.subject_key])


for _kind, _who, _words in (
    ("asked", "owner", "An auditor asks you about {about}"),
    ("reopened", "owner", "An auditor asks again about {about}"),
    ("handed_over", "owner", "An auditor's question about {about} is yours now"),
    ("answered", "asker", "Your question about {about} is answered"),
    ("accepted", "owner", "Your answer about {about} is accepted"),
):
    contribute(
        NoticeRule(
            f"audit_question.{_kind}",
            _told(_who),
            lambda entry, body, words=_words: words.format(**body["payload"]),  # type: ignore[misc]
            _page,
        )
    )


def owed(person: Any) -> QuerySet[AuditQuestion]:
    """Return the open questions that a person owns."""
    return AuditQuestion.objects.filter(owner=person, state=AuditQuestion.State.OPEN)


def give(asked: AuditQuestion, actor: Any, to: Any, reason: str) -> AuditQuestion:
    """Give a question to another person."""
    return actions.hand_over(asked, actor=actor, owner=to, reason=reason)


contribute(OwnedSource("audit-questions", "Auditors' questions", owed, give, order=95))


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find questions by words or key."""
    found = queries.questions(user)
    named = queries.QUESTION_KEY.match(words) if words[:2].upper() == "AQ" else None
    found = found.filter(pk=int(named.group(1))) if named else found.filter(text__icontains=words)
    return [
        SearchHit(str(row), row.get_absolute_url(), f"{row.key} · {row.get_state_display()}", "question")
        for row in found.order_by("-pk")[:limit]
    ]


contribute(SearchSource("audit-questions", "Auditors' questions", find, order=85))
contribute(ApiRoute("guests", "guests", load=lambda: import_string("registry.guests.api.GuestApi")))
contribute(ApiRoute("audit-questions", "audit-questions", load=lambda: import_string("registry.guests.api.AuditQuestionApi")))
contribute(Commentable("registry.guestaccess", queries.visible_to))
contribute(Commentable("registry.auditquestion", queries.questions))
contribute(ObjectLink("registry.guestaccess", lambda pk: reverse("guest", args=[f"GA-{pk}"])))
contribute(ObjectLink("registry.auditquestion", lambda pk: reverse("audit-question", args=[f"AQ-{pk}"])))
