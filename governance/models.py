"""All tables of the kernel: a feature's models take this app's label once they are imported here."""

from governance.accessreviews.models import AccessDecision, AccessLine, AccessReview
from governance.api.models import IdempotencyKey
from governance.approvals.models import ApprovalRequest, ApprovalStep, Condition, Decision
from governance.channels.models import Channel, Delivery
from governance.charter.models import Charter
from governance.comments.models import Comment
from governance.core.models import Company, Job
from governance.documents.models import Document
from governance.erasure.models import Erasure
from governance.ledger.letgo import LetGo
from governance.ledger.models import Entry, LedgerIdentity, Mention, PersonalPayload
from governance.notifications.models import Notice, Tail
from governance.packs.models import Pack, PackBuild, PackReader
from governance.people.models import ApiToken, Delegation, Holding, Invitation, Position, Team, User
from governance.policy.models import (
    ApprovalRoute,
    DataClass,
    IncidentCategory,
    PolicyDraft,
    PolicyVersion,
    Severity,
    Tier,
)
from governance.proofs.models import Checkpoint, LedgerKey, Tile
from governance.retention.models import LegalHold
from governance.reviews.checklistmodels import ChecklistAnswer
from governance.reviews.models import AgendaEntry, Attendance, Review, ReviewDecision
from governance.reviews.rolloutmodels import Rollout, RolloutStep
from governance.rooms.models import Room, RoomItem, RoomLink
from governance.scorecard.briefingmodels import BriefingDay, DigestChoice, DigestMail
from governance.scorecard.models import ScoreSnapshot, ScoreStrip
from governance.ui.models import SavedView
from governance.verification.models import AcceptedFinding, Verification
from governance.witness.models import Cosignature, Cosigned, Publication, WatchedLog, Witness

__all__ = [
    "AcceptedFinding",
    "AccessDecision",
    "AccessLine",
    "AccessReview",
    "AgendaEntry",
    "ApiToken",
    "ApprovalRequest",
    "ApprovalRoute",
    "ApprovalStep",
    "Attendance",
    "BriefingDay",
    "Channel",
    "Charter",
    "ChecklistAnswer",
    "Checkpoint",
    "Comment",
    "Company",
    "Condition",
    "Cosignature",
    "Cosigned",
    "DataClass",
    "Decision",
    "Delegation",
    "Delivery",
    "DigestChoice",
    "DigestMail",
    "Document",
    "Entry",
    "Erasure",
    "Holding",
    "IdempotencyKey",
    "IncidentCategory",
    "Invitation",
    "Job",
    "LedgerIdentity",
    "LedgerKey",
    "LegalHold",
    "LetGo",
    "Mention",
    "Notice",
    "Pack",
    "PackBuild",
    "PackReader",
    "PersonalPayload",
    "PolicyDraft",
    "PolicyVersion",
    "Position",
    "Publication",
    "Review",
    "ReviewDecision",
    "Rollout",
    "RolloutStep",
    "Room",
    "RoomItem",
    "RoomLink",
    "SavedView",
    "ScoreSnapshot",
    "ScoreStrip",
    "Severity",
    "Tail",
    "Team",
    "Tier",
    "Tile",
    "User",
    "Verification",
    "WatchedLog",
    "Witness",
]
