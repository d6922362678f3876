"""What the registry registers at start: event kinds, then what each feature shows."""

import registry.assets.events
import registry.assets.shown
import registry.catalog.events
import registry.catalog.shown
import registry.changes.ascode.shown
import registry.changes.events
import registry.changes.following
import registry.changes.shown
import registry.changes.waiting
import registry.company.events
import registry.controls.events
import registry.controls.shown
import registry.decisions.shown
import registry.demo.shown
import registry.evals.events
import registry.evals.shown
import registry.evidence.events
import registry.evidence.shown
import registry.exceptions.events
import registry.exceptions.shown
import registry.frameworks.events
import registry.frameworks.shown
import registry.frameworks.sources
import registry.gates.events
import registry.gates.shown
import registry.imports.shown
import registry.modes.events
import registry.modes.shown
import registry.replay.shown
import registry.risks.events
import registry.risks.shown
import registry.sheets.shown
import registry.surfaces.events
import registry.surfaces.shown
import registry.switches.events
import registry.switches.shown  # noqa: F401
