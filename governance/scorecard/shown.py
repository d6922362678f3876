"""Home in the navigation, and the first steps that the kernel itself asks for."""

from datetime import timedelta

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.core.contributions import (
    ApiRoute,
    FirstStep,
    JobKind,
    NavItem,
    PaletteCommand,
    PersonalStore,
    Schedule,
    contribute,
)
from governance.people.models import Position, User
from governance.scorecard import digest, digesting, queries
from governance.ui.extensions import PersonLink

contribute(NavItem("briefing", "Briefing", "briefing", "briefing", order=1))
contribute(NavItem("inbox", "Inbox", "inbox", "inbox", order=2, count=queries.inbox_count))
contribute(
    FirstStep(
        "people",
        "Invite the people who decide",
        "Approvals are named people. Without them nothing can come into force.",
        done=lambda: User.objects.filter(kind=User.Kind.PERSON, is_active=True).count() > 3,
        url=lambda: reverse("invitations"),
        order=10,
    )
)
contribute(
    FirstStep(
        "positions",
        "Name who holds each position",
        "Policy asks positions, such as Security; people hold them, with deputies.",
        done=lambda: not Position.objects.filter(per_team=False, holdings__isnull=True).exists(),
        url=lambda: reverse("positions"),
        order=20,
    )
)
contribute(ApiRoute("home", "home", load=lambda: import_string("governance.scorecard.api.HomeApi"), order=1))
contribute(JobKind("briefing.digest", digesting.work, label="Send the week by mail"))
contribute(Schedule("briefing.digest", "briefing.digest", every=timedelta(minutes=10)))
contribute(
    PersonalStore(
        "briefings", "What their briefings counted, and their week by mail", digesting.found_of, digesting.forget, order=35
    )
)
contribute(PersonLink("digest", "Week by mail", "digest", "inbox", order=40))
contribute(
    PaletteCommand(
        "digest",
        "Week by mail",
        lambda user: reverse("digest"),
        words="digest weekly e-mail summary preference notification",
        icon="inbox",
        visible=digest.may_have,
    )
)
