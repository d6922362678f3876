"""What one policy says about proof, as values: retention, audit packs, rooms, access reviews, answers. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from governance.policy import usagerules

Document = Mapping[str, Any]
EDITIONS = ("full", "auditor", "buyer")


@dataclass(frozen=True, slots=True)
class RoomRules:
    """What a buyer's room may do.

    `public` are the answers that may be shown beside chosen documents; `longest_days` is how long a link may last;
    `status_page` says that the public answers stand on a page for everybody.
    """

    public: tuple[str, ...]
    watermark: bool
    longest_days: int
    password_required: bool
    status_page: bool


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """How often it is looked at who may do what, and how long that may take, in days."""

    every_days: int
    within_days: int


@dataclass(frozen=True)
class ProofRules:
    """What the policy in force says about proof. Never changes once read; a later policy is another value.

    `keeps` is (kind of record, tier or None for any) -> days, None for good. `redacted` is edition -> names that it
    leaves out: a section ("risks"), a field wherever it stands ("people"), or one section's field ("endpoints.account").
    """

    keeps: Mapping[tuple[str, int | None], int | None]
    redacted: Mapping[str, frozenset[str]]
    classification: Mapping[str, str]
    rooms: RoomRules
    access_review: ReviewRules
    answers_stale_days: int

    def days_kept(self, kind: str, tier: int | None = None) -> int | None:
        """Return how many days a kind of record is kept in a tier: the tier's own, else that of any; None for good."""
        return self.keeps[kind, tier] if (kind, tier) in self.keeps else self.keeps.get((kind, None))

    def own_tiers(self, kind: str) -> frozenset[int]:
        """Return the tiers that have a rule of their own for a kind of record."""
        return frozenset(tier for name, tier in self.keeps if name == kind and tier is not None)


def of(document: Document) -> ProofRules:
    """Return what a policy document in normal form says about proof."""
    packs, rooms = document["packs"], document["rooms"]
    return ProofRules(
        keeps={(row["record_kind"], row["tier"]): row["days"] for row in document["retention"]} | _observed(document),
        redacted={edition: frozenset(packs["redact"].get(edition, ())) for edition in EDITIONS},
        classification=dict(packs["classification"]),
        rooms=RoomRules(
            public=tuple(rooms["public"]),
            watermark=rooms["watermark"],
            longest_days=rooms["longest_days"],
            password_required=rooms["password"] == "required",  # noqa: S105 - a word of policy
            status_page=rooms["status_page"],
        ),
        access_review=ReviewRules(**document["access_review"]),
        answers_stale_days=document["answers"]["stale_days"],
    )


def _observed(document: Document) -> dict[tuple[str, int | None], int | None]:
    """Return how long observations and kept texts stay: the part "observations" says it, and no retention rule repeats it."""
    held = document["observations"]
    kept = {(usagerules.OBSERVATIONS, row["tier"]): row["days"] for row in held["keep_days"]}
    return kept | {(usagerules.KEPT_TEXTS, row["tier"]): row["days"] for row in held["keep_text"]}
