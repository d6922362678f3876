"""What the kernel registers at start: event kinds, then what each feature shows."""

import governance.api.shown
import governance.approvals.events
import governance.approvals.shown
import governance.comments.events
import governance.ledger.shown
import governance.notifications.shown
import governance.people.events
import governance.policy.events
import governance.policy.shown  # noqa: F401
import governance.scorecard.shown  # noqa: F401
