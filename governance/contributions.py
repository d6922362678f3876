"""What the kernel registers at start: event kinds, then what each feature shows."""

import governance.accessreviews.events
import governance.accessreviews.shown
import governance.api.shown
import governance.approvals.events
import governance.approvals.shown
import governance.channels.events
import governance.channels.shown
import governance.charter.events
import governance.charter.shown
import governance.comments.events
import governance.comments.shown
import governance.documents.events
import governance.documents.shown
import governance.erasure.events
import governance.erasure.shown
import governance.ledger.leaving
import governance.ledger.shown
import governance.notifications.shown
import governance.packs.events
import governance.packs.shown
import governance.people.events
import governance.people.shown
import governance.policy.events
import governance.policy.shown
import governance.proofs.events
import governance.proofs.shown
import governance.retention.events
import governance.retention.shown
import governance.rooms.events
import governance.rooms.shown
import governance.scorecard.shown
import governance.verification.events
import governance.verification.shown
import governance.witness.events
import governance.witness.shown  # noqa: F401
