"""What the replay contributes: a tab of a policy draft's page, its job, its addresses by REST."""

from datetime import timedelta

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.core.contributions import ApiRoute, JobKind, ObjectTab, contribute
from registry.replay import jobs

contribute(JobKind(jobs.KIND, jobs.run, label="Replay of a policy draft", lease=timedelta(minutes=5)))
contribute(
    ObjectTab(
        "replay",
        "governance.policydraft",
        "Replay",
        lambda draft: reverse("policy-draft-replay", args=[draft.key]),
        order=10,
    )
)
contribute(
    ApiRoute(
        "policy-draft-replay", "policy/drafts", lambda: import_string("registry.replay.api.ReplayApi"), "policy-draft-replay"
    )
)
