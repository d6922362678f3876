"""A bill: the parts of one surface or of many put together as a CycloneDX document, each part once. Pure."""

import uuid
from datetime import datetime
from typing import Any

from governance.core import digest
from registry.bom import parts
from registry.bom.parts import Held, Library, Part
from registry.surfaces.models import SurfaceState

VERSIONS = ("1.7", "1.6")
MEDIA_TYPE = "application/vnd.cyclonedx+json"
SERIES = uuid.UUID("6f1f9c0e-3f0e-5f0a-9d57-2c8f6a4b7d11")  # what our serial numbers are derived under
PHASES = {
    SurfaceState.IDEA: "design",
    SurfaceState.BUILDING: "build",
    SurfaceState.IN_REVIEW: "build",
    SurfaceState.LIVE: "operations",
    SurfaceState.PAUSED: "operations",
    SurfaceState.RETIRED: "decommission",
}
LISTS = ("users", "useCases", "technicalLimitations", "ethicalConsiderations")


class Bill:
    """A bill while surfaces are added; the same surfaces in the same order give the same bill."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.components: dict[str, Part] = {}
        self.services: dict[str, Part] = {}
        self.needs: dict[str, dict[str, None]] = {}
        self.known: list[str] = []
        self.unknown: list[str] = []
        self.applications: list[Part] = []
        self.phases: dict[str, None] = {}

    def add(self, held: Held) -> None:
        """Add one surface with all that its contract in force names."""
        self.applications.append(parts.application(held))
        self.phases.setdefault(PHASES[SurfaceState(held.surface.state)])
        needs = self.needs.setdefault(held.ref, {})
        for part in parts.models(held, self.library):
            known = self.components.setdefault(part["bom-ref"], part)
            if known is not part:
                _merge(known["modelCard"], part["modelCard"])
        for part in parts.data(held):
            self.components.setdefault(part["bom-ref"], part)
            needs.setdefault(part["bom-ref"])
        for part in parts.services(held, self.library):
            known = self.services.setdefault(part["bom-ref"], part)
            _add(known, "data", part.get("data", []))
            needs.setdefault(part["bom-ref"])
        for key in parts.named(held.contract, "routes", "endpoint"):
            model = parts.model_ref(key, self.library.endpoints.get(key))
            self.needs.setdefault(f"endpoint:{key}", {}).setdefault(model)
        (self.known if self._is_whole(held) else self.unknown).append(held.ref)

    def of_surface(self, *, company: str, made: datetime, version: str = VERSIONS[0]) -> Part:
        """Return the bill of the one surface that was added."""
        (application,) = self.applications
        return self._document(application, [], company, made, version)

    def of_company(self, *, company: str, made: datetime, whole: bool, version: str = VERSIONS[0]) -> Part:
        """Return the bill of all surfaces that were added; `whole` says that they are all there are."""
        scope = "all surfaces of the company" if whole else "the surfaces that are visible to whoever asked"
        top = parts.filled(
            type="application",
            bom_ref="company",
            name=f"AI of {company}",
            properties=parts.properties(scope=scope, surfaces=len(self.applications)),
        )
        self.needs["company"] = dict.fromkeys(each["bom-ref"] for each in self.applications)
        return self._document(top, self.applications, company, made, version)

    def _is_whole(self, held: Held) -> bool:
        """Whether everything that the surface is made of is known here."""
        endpoints = parts.named(held.contract, "routes", "endpoint")
        return (
            held.revision is not None
            and all(key in self.library.endpoints for key in endpoints)
            and all(key in self.library.tools for key in parts.tools_of(held.contract))
        )

    def _document(self, top: Part, applications: list[Part], company: str, made: datetime, version: str) -> Part:
        components = [*applications, *self.components.values()]
        everything = [top, *components, *self.services.values()]
        whole = parts.filled(
            metadata={
                "timestamp": made.isoformat(),
                "lifecycles": [{"phase": phase} for phase in self.phases],
                "tools": {"components": [{"type": "application", "name": "Plumbline"}]},
                "component": top,
                "supplier": {"name": company},
            },
            components=components,
            services=list(self.services.values()),
            dependencies=[
                parts.filled(ref=each["bom-ref"], dependsOn=list(self.needs.get(each["bom-ref"], ()))) for each in everything
            ],
            compositions=[
                *([{"aggregate": "complete", "assemblies": self.known}] if self.known else []),
                *([{"aggregate": "incomplete", "assemblies": self.unknown}] if self.unknown else []),
            ],
        )
        if not whole["metadata"]["lifecycles"]:
            del whole["metadata"]["lifecycles"]
        serial = uuid.uuid5(SERIES, digest.digest(whole))
        return {"bomFormat": "CycloneDX", "specVersion": version, "serialNumber": f"urn:uuid:{serial}", "version": 1, **whole}


def _merge(known: Part, more: Part) -> None:
    """Add what another surface tells of a model to its card."""
    theirs = known.setdefault("considerations", {})
    for name in LISTS:
        _add(theirs, name, more.get("considerations", {}).get(name, []))
    metrics = more.get("quantitativeAnalysis", {}).get("performanceMetrics", [])
    if metrics:
        _add(known.setdefault("quantitativeAnalysis", {}), "performanceMetrics", metrics)


def _add(part: Part, name: str, values: list[Any]) -> None:
    """Add to a list of a part what is not in it yet."""
    if values:
        held = part.get(name, [])
        part[name] = [*held, *(each for each in values if each not in held)]
