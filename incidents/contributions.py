"""What incidents register at start: event kinds, then what each feature shows."""

import incidents.alerts.events
import incidents.alerts.shown
import incidents.cases.events
import incidents.cases.following
import incidents.clocks.events
import incidents.clocks.shown
import incidents.demo.shown
import incidents.figures.answers
import incidents.figures.reviewed
import incidents.figures.shown
import incidents.filing.events
import incidents.filing.shown
import incidents.levers.shown
import incidents.metrics.restoring
import incidents.observed.following
import incidents.observed.shown
import incidents.packing.shown
import incidents.postmortems.events
import incidents.postmortems.following
import incidents.postmortems.shown
import incidents.running.events
import incidents.running.shown  # noqa: F401
