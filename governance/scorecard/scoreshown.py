"""What the scorecard contributes: its line and tabs, teams and tiers to read figures by, sealed months, their PDF, REST."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.core.contributions import (
    ApiRoute,
    DemoPart,
    DocumentKind,
    JobKind,
    NavItem,
    ObjectLink,
    PaletteCommand,
    Schedule,
    ScoreCut,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.people import roles
from governance.people.models import Team
from governance.policy import queries as policy
from governance.scorecard import demo, jobs, paper, rules, snapshots
from governance.scorecard.models import ScoreSnapshot


def teams(user: Any, ids: Iterable[int]) -> Mapping[int, tuple[str, str]]:
    """Return names and pages of teams."""
    return {team.pk: (team.name, team.get_absolute_url()) for team in Team.objects.filter(pk__in=list(ids))}


def tiers(user: Any, ids: Iterable[int]) -> Mapping[int, tuple[str, str]]:
    """Return names of tiers, as policy calls them."""
    return {number: (f"Tier {number} {tier.name}", "") for number, tier in policy.tiers().items()}


def seen(user: Any) -> Any:
    """Return the ids of the sealed months whose documents a person may see."""
    return ScoreSnapshot.objects.visible_to(user).values("pk")


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find sealed months by key."""
    named = snapshots.KEY.match(words)
    rows = snapshots.visible_to(user).filter(year=int(named.group(1)), month=int(named.group(2))) if named else []
    return [SearchHit(str(row), row.get_absolute_url(), row.key, "lock") for row in rows]


contribute(ScoreCut("team", "Team", teams, order=10))
contribute(ScoreCut("tier", "Tier", tiers, order=20))
contribute(NavItem("scorecard", "Scorecard", "scorecard", "evals", group="What we can prove", order=3))
contribute(
    NavItem(
        "score-snapshots",
        "Sealed months",
        "score-snapshots",
        "lock",
        group="What we can prove",
        order=33,
        family="scorecard",
        visible=roles.reads_all,
    )
)
contribute(
    PaletteCommand(
        "scorecard",
        "Scorecard",
        lambda user: reverse("scorecard"),
        words="metrics dora change failure rate time to restore coverage latency escape lead time",
        icon="evals",
    )
)
contribute(
    PaletteCommand(
        "scorecard.seal",
        "Seal a month of the scorecard",
        lambda user: reverse("score-seal"),
        words="snapshot board",
        icon="lock",
        visible=lambda user: bool(rules.may_seal(user)),
    )
)
contribute(SearchSource("score-snapshots", "Sealed months", find, order=96))
contribute(ObjectLink("governance.scoresnapshot", snapshots.url_of))
contribute(
    DocumentKind(
        key="scorecard",
        label="Scorecard",
        load=snapshots.load,
        context=paper.context,
        template="documents/scorecard.html",
        visible=snapshots.may_read,
        url=lambda snapshot: snapshot.get_absolute_url(),
        seen=seen,
        pages=2,
        title=str,
        order=60,
    )
)
contribute(JobKind(jobs.SEAL, jobs.seal, label="Seal the month that is over"))
contribute(Schedule(jobs.SEAL, jobs.SEAL, every=timedelta(days=1)))
contribute(JobKind(jobs.STRIP, jobs.keep_strip, label="Work out the briefing's scorecard"))
contribute(Schedule(jobs.STRIP, jobs.STRIP, every=timedelta(minutes=10)))
contribute(ApiRoute("scorecard", "scorecard", load=lambda: import_string("governance.scorecard.scoreapi.ScorecardApi"), order=90))
contribute(
    ApiRoute(
        "scorecard-months", "scorecard-months", load=lambda: import_string("governance.scorecard.scoreapi.SnapshotApi"), order=91
    )
)
contribute(DemoPart("scorecard", demo.tell, order=900))
