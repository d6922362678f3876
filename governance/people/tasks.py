"""Work done outside a request: sending invitations."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from governance.core import company
from governance.core.models import Job
from governance.people import actions
from governance.people.models import Invitation
from governance.people.system import system_actor


def send_invitation(job: Job, progress: Callable[..., None]) -> dict[str, Any]:
    """Mail an invitation with a fresh link; skip one that was accepted or taken back meanwhile."""
    invitation = Invitation.objects.select_related("invited_by").get(pk=job.args["invitation"])
    if invitation.state != Invitation.State.OPEN:
        return {"skipped": invitation.state}
    actions.send_invitation(invitation, actor=system_actor(), deliver=_mail)
    return {"sent": True}


def _mail(invitation: Invitation, secret: str) -> None:
    here = company.current()
    link = f"{settings.BASE_URL}{reverse('invitation-accept', args=[secret])}"
    said = {"company": here.name, "invitation": invitation, "link": link}
    subject = f"{invitation.invited_by} invites you to Plumbline at {here.name}"
    body = render_to_string("mail/invitation.txt", said)
    send_mail(" ".join(subject.split()), body, None, [invitation.email])
