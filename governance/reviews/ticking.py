"""How the kernel ticks the steps of the rollout that it can see: a first month of the scorecard."""

from django.urls import reverse

from governance.core.contributions import RolloutCheck, contribute
from governance.scorecard.models import ScoreSnapshot

contribute(
    RolloutCheck(
        "scorecard",
        "A month of the scorecard is sealed.",
        lambda: reverse("scorecard"),
        lambda: (ScoreSnapshot.objects.all(),),
    )
)
