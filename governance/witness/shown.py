"""What publication and witnessing contribute: two tabs beside the ledger, cosignatures on checkpoints, jobs, REST."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

import governance.witness.background  # noqa: F401 - contributes itself
from governance.comments.subjects import Commentable
from governance.core.contributions import ApiRoute, BriefingLine, ObjectLink, PaletteCommand, contribute
from governance.proofs.models import Checkpoint
from governance.proofs.offline import Cosigning
from governance.ui.extensions import FamilyTab, ObjectPanel
from governance.witness import queries, rules
from governance.witness.models import Witness


def _cosigned(user: Any, checkpoint: Checkpoint) -> dict[str, Any]:
    found = list(queries.cosignatures(checkpoint))
    return {"cosignatures": found} if found else {}


def _lines(checkpoint: Checkpoint) -> list[str]:
    return [each.line for each in queries.cosignatures(checkpoint)]


def _alarming(user: Any) -> Any:
    return queries.alarmed() if rules.may_see(user) else Witness.objects.none()


def _may_see(user: Any) -> bool:
    return bool(rules.may_see(user))


def _address(page: str, mark: str) -> Callable[[str], str]:
    return lambda pk: reverse(page, args=[f"{mark}-{pk}"])


contribute(FamilyTab("publications", "ledger", "Published", "publications", order=40))
contribute(FamilyTab("witnesses", "ledger", "Witnesses", "witnesses", order=50))
contribute(Cosigning("witnesses", _lines))
contribute(
    ObjectPanel("witness.cosignatures", "governance.checkpoint", "governance/witness/_cosignatures.html", _cosigned, aside=False)
)
contribute(
    BriefingLine(
        "witness.fork",
        "burning",
        "witnesses that saw another ledger than ours",
        _alarming,
        lambda user: f"{reverse('witnesses')}?alarmed=true",
        order=2,
        level="stop",
        one="witness that saw another ledger than ours",
    )
)
for _model, _mark, _page, _rows in (
    ("governance.publication", "CP", "publication", queries.publications),
    ("governance.witness", "WT", "witness", queries.witnesses),
    ("governance.watchedlog", "WL", "watched-log", queries.logs),
):
    contribute(Commentable(_model, _rows))
    contribute(ObjectLink(_model, _address(_page, _mark)))
contribute(ApiRoute("publications", "publications", load=lambda: import_string("governance.witness.api.PublicationApi")))
contribute(ApiRoute("witnesses", "witnesses", load=lambda: import_string("governance.witness.api.WitnessApi")))
contribute(ApiRoute("watched-logs", "watched-logs", load=lambda: import_string("governance.witness.api.WatchedLogApi")))
contribute(
    PaletteCommand(
        "publications",
        "Where checkpoints are published",
        lambda user: reverse("publications"),
        words="publish checkpoint folder bucket mail webhook worm outside",
        icon="send",
        visible=_may_see,
    )
)
contribute(
    PaletteCommand(
        "witnesses",
        "Witnesses of the ledger",
        lambda user: reverse("witnesses"),
        words="cosign cosignature fork split view watched log transparency",
        icon="ledger",
        visible=_may_see,
    )
)
