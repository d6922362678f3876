"""What notifications contribute: the tail as a scheduled job, and who is told of approvals and comments."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.approvals import queries as approvals
from governance.approvals.models import ApprovalRequest, ApprovalStep
from governance.core.contributions import (
    ApiRoute,
    Forgotten,
    JobKind,
    ObjectLink,
    PersonalStore,
    RetentionKind,
    Schedule,
    contribute,
    contribution,
)
from governance.notifications import actions
from governance.notifications.models import Notice
from governance.notifications.telling import NoticeRule
from governance.people.bench import bench
from governance.people.models import User


def _follow(job: Any, progress: Any) -> dict[str, int]:
    return {"notices": actions.follow(progress)} | actions.mail_pending(progress)


contribute(JobKind("notifications.follow", _follow, label="Tell people what concerns them"))
contribute(Schedule("notifications.follow", "notifications.follow", every=timedelta(seconds=20)))


def _request(entry: Any) -> ApprovalRequest | None:
    return ApprovalRequest.objects.select_related("requester").filter(pk=entry.subject_id).first()


def _deciders(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    request, seats = _request(entry), bench()
    steps = request.steps.select_related("request", "assignee") if request else []
    return [person for step in steps for person in approvals.deciders_of(step, seats)]


def _step_deciders(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    step = ApprovalStep.objects.select_related("request", "assignee").filter(pk=entry.subject_id).first()
    return approvals.deciders_of(step) if step else []


def _requester(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    request = _request(entry)
    return [request.requester] if request else []


def _page(entry: Any, body: dict[str, Any]) -> str:
    return reverse("approval", args=[entry.subject_key.partition(".")[0]])


def _refs(*names: str) -> Any:
    def told(entry: Any, body: dict[str, Any]) -> Iterable[User]:
        said = [body["payload"].get(name) for name in names]
        refs = [ref for value in said for ref in (value if isinstance(value, list) else [value]) if ref]
        return User.objects.filter(ref__in=refs)

    return told


def _says(template: str) -> Any:
    return lambda entry, body: template.format(**body["payload"])


def _touched_page(entry: Any, body: dict[str, Any]) -> str:
    requests = [id_ for type_, id_ in body["touches"] if type_ == "governance.approvalrequest"]
    return reverse("approval", args=[f"A-{requests[0]}"]) if requests else reverse("inbox")


contribute(NoticeRule("approval.asked", _deciders, _says("Your approval is asked for: {title}"), _page))
contribute(NoticeRule("approval.reminded", _step_deciders, _says("Soon due: {title}"), _page))
contribute(NoticeRule("approval.settled", _requester, _says("{title} was {state}"), _page))
contribute(NoticeRule("approval.expired", _requester, _says("{title} expired without enough answers"), _page))
contribute(NoticeRule("condition.asked", _refs("owner"), _says("A condition was given to you: {text}"), _touched_page))


def _spoken_about(entry: Any, body: dict[str, Any]) -> str:
    for type_, id_ in body["touches"]:
        try:
            return contribution(ObjectLink, type_).url(id_)
        except LookupError:
            continue
    return reverse("notices")


contribute(NoticeRule("comment.made", _refs("mentioned"), _says("You were mentioned about {about}"), _spoken_about))
contribute(ApiRoute("notices", "notices", load=lambda: import_string("governance.notifications.api.NoticeApi"), order=71))


def forget(rows: Sequence[Notice]) -> int:
    """Delete notices: what they told of stands in the ledger."""
    return Notice.objects.filter(pk__in=[row.pk for row in rows]).delete()[0]


def forget_notices_of(who: Forgotten) -> int:
    """Delete everything that a person was told."""
    return Notice.objects.filter(person=who.person).delete()[0] if who.person else 0


contribute(
    RetentionKind(
        "notices",
        "Notices",
        "The notice goes. What it told of stands in the ledger.",
        rows=Notice.objects.all,
        since="made_at",
        expire=forget,
        name=lambda row: row.text,
        people=("person__ref",),
        batch=5000,
        order=10,
    )
)
contribute(
    PersonalStore(
        "notices",
        "Notices sent to them",
        find=lambda who: (Notice.objects.filter(person=who.person),) if who.person else (),
        erase=forget_notices_of,
        order=30,
    )
)
