"""What incidents register at start: event kinds, then what each feature shows."""

import incidents.cases.events  # noqa: F401
