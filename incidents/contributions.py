"""What incidents register at start: event kinds, then what each feature shows."""

import incidents.alerts.events
import incidents.alerts.shown
import incidents.cases.events
import incidents.clocks.events
import incidents.filing.events
import incidents.filing.shown
import incidents.running.events  # noqa: F401
