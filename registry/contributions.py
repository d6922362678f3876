"""What the registry registers at start: event kinds, then what each feature shows."""

import registry.changes.events
import registry.surfaces.events
import registry.changes.shown  # noqa: F401
