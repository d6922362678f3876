"""What the registry registers at start: event kinds, then what each feature shows."""

import registry.catalog.events
import registry.catalog.shown
import registry.changes.events
import registry.surfaces.events
import registry.surfaces.shown
import registry.changes.shown  # noqa: F401
import registry.imports.shown
import registry.sheets.shown  # noqa: F401
