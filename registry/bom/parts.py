"""One surface's contract as parts of a bill: models, services, data, tools. Pure functions over what was read."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from registry.catalog.models import Endpoint, Tool, Vendor
from registry.contracts.facts import Names
from registry.contracts.shape import Contract, said
from registry.evals.judging import UNBOUND, Standing
from registry.surfaces.models import Revision, Surface

Part = dict[str, Any]
SPACE = "plumbline"  # what our own properties are named under


@dataclass(frozen=True)
class Library:
    """What every surface's parts are looked up in, read once."""

    endpoints: Mapping[str, Endpoint]
    tools: Mapping[str, Tool]
    names: Names
    terms: Mapping[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Held:
    """A surface with the revision that holds, if one does, since when, its team's name, and how its evals stand."""

    surface: Surface
    revision: Revision | None
    since: Any = None
    team: str = ""
    standings: tuple[Standing, ...] = ()

    @property
    def contract(self) -> Contract:
        """What it may do; empty where nothing is approved."""
        return self.revision.contract if self.revision is not None else {}

    @property
    def ref(self) -> str:
        """Its name inside a bill."""
        return f"surface:{self.surface.key}"


def properties(**values: Any) -> list[dict[str, str]]:
    """Return our own properties, without the empty ones: `in_force_since=...` is plumbline:in_force_since."""
    told = ((name, value) for name, value in values.items() if value not in (None, "", [], ()))
    return [{"name": f"{SPACE}:{name}", "value": value if isinstance(value, str) else str(value)} for name, value in told]


def filled(**values: Any) -> Part:
    """Return a part without what is empty; `bom_ref` and `mime_type` get their hyphen."""
    return {name.replace("_", "-"): value for name, value in values.items() if value not in (None, "", [], {}, ())}


def organisation(vendor: Vendor) -> Part:
    """Return a vendor as the standard names one."""
    return filled(name=vendor.name, url=[vendor.website] if vendor.website else [])


def application(held: Held) -> Part:
    """Return a surface as the application that the bill is of, or one of its applications."""
    surface, revision = held.surface, held.revision
    contract = held.contract
    return filled(
        type="application",
        bom_ref=held.ref,
        name=surface.name,
        version=f"r{revision.number}" if revision is not None else "",
        description=surface.purpose,
        properties=properties(
            surface=surface.key,
            state=surface.get_state_display(),
            mode=surface.get_mode_display(),
            tier=surface.tier,
            team=held.team,
            pattern=surface.get_pattern_display() if surface.pattern else "",
            contract="in force" if revision is not None else "none in force",
            contract_sha256=revision.digest if revision is not None else "",
            in_force_since=held.since.isoformat() if held.since else "",
            audience=said(("outputs", "audience"), contract["outputs"]["audience"])
            if "audience" in contract.get("outputs", {})
            else "",
            human_review=said(("human_review", "when"), contract["human_review"]["when"])
            if "when" in contract.get("human_review", {})
            else "",
        ),
    )


def models(held: Held, library: Library) -> Iterator[Part]:
    """Yield the models behind a surface's routes, each with its card as far as this surface tells of it."""
    for key in named(held.contract, "routes", "endpoint"):
        endpoint = library.endpoints.get(key)
        yield filled(
            type="machine-learning-model",
            bom_ref=model_ref(key, endpoint),
            name=endpoint.model if endpoint is not None else key,
            publisher=endpoint.vendor.name if endpoint is not None else "",
            supplier=organisation(endpoint.vendor) if endpoint is not None else {},
            externalReferences=[{"type": "website", "url": endpoint.vendor.website}]
            if endpoint is not None and endpoint.vendor.website
            else [],
            modelCard=card(held, key),
        )


def model_ref(key: str, endpoint: Endpoint | None) -> str:
    """Name a model: the same model of the same vendor is one, behind however many endpoints."""
    return f"model:{endpoint.vendor.key}/{endpoint.model}" if endpoint is not None else f"model:{key}"


def card(held: Held, endpoint: str) -> Part:
    """Return what this surface adds to a model's card: how well it does here, what it is used for, what it must not do."""
    surface, contract = held.surface, held.contract
    routes = [row for row in contract.get("routes", []) if row.get("endpoint") == endpoint]
    primary = any(row.get("role") == "primary" for row in routes)
    decision = contract.get("outputs", {}).get("decision", "none")
    limits = [f"Must not see: {each}" for each in contract.get("inputs", {}).get("never", [])]
    limits += [contract["authority"]["description"]] if contract.get("authority", {}).get("description") else []
    ethical = {
        "name": f"{surface.key}: used to decide on {said(('outputs', 'decision'), decision).lower()}",
        "mitigationStrategy": review(contract),
    }
    considerations = filled(
        users=[f"{surface.key}: {said(('outputs', 'audience'), contract['outputs']['audience'])}"]
        if "audience" in contract.get("outputs", {})
        else [],
        useCases=[f"{surface.key}: {surface.purpose or surface.name}"],
        technicalLimitations=[f"{surface.key}: {each}" for each in limits],
        ethicalConsiderations=[ethical] if decision != "none" else [],
    )
    metrics = [metric(held, standing) for standing in held.standings if primary and standing.run and standing.state != UNBOUND]
    return filled(quantitativeAnalysis=filled(performanceMetrics=metrics), considerations=considerations)


def review(contract: Contract) -> str:
    """Return when a person looks, for a reader who knows nothing of our contracts."""
    when = contract.get("human_review", {}).get("when")
    return f"Human review: {said(('human_review', 'when'), when).lower()}." if when else "No human review is set."


def metric(held: Held, standing: Standing) -> Part:
    """Return an eval's figure for the contract that holds."""
    run = standing.run
    if run is None:
        raise ValueError("a suite without a run has no figure")
    version = f"r{held.revision.number}" if held.revision is not None else ""
    asked = f", threshold {standing.threshold.normalize():f}" if standing.threshold is not None else ""
    told = f"{run.total:,} cases, run on {run.started_at:%Y-%m-%d}{asked}: {standing.label.lower()}"
    return filled(
        type=f"Pass rate: {standing.name}",
        value="" if run.pass_rate is None else f"{run.pass_rate.normalize():f}",
        slice=f"{held.surface.key} {version}, {told}",
    )


def services(held: Held, library: Library) -> Iterator[Part]:
    """Yield the endpoints and tools that a surface may call, with the classes of data that go there."""
    data = [flow(row, library.names) for row in held.contract.get("inputs", {}).get("data_classes", [])]
    for key in named(held.contract, "routes", "endpoint"):
        endpoint = library.endpoints.get(key)
        yield filled(
            bom_ref=f"endpoint:{key}",
            provider=organisation(endpoint.vendor) if endpoint is not None else {},
            name=endpoint.name if endpoint is not None else key,
            authenticated=True,
            data=data,
            properties=properties(
                endpoint=key,
                region=endpoint.region if endpoint is not None else "",
                state=endpoint.get_state_display() if endpoint is not None else "not in the catalogue",
                deprecates_on=endpoint.deprecates_on if endpoint is not None else "",
                **dict(library.terms.get(endpoint.vendor_id, ())) if endpoint is not None else {},
            ),
        )
    for row in held.contract.get("authority", {}).get("tools", []):
        yield called(row, library)


def flow(row: Contract, names: Names) -> Part:
    """Return a class of data that goes to a model."""
    handling = said(("inputs", "data_classes", 0, "handling"), row.get("handling", ""))
    return filled(
        flow="inbound",
        classification=row["key"],
        name=names.of("data_classes", row["key"]),
        description=", ".join(filter(None, (handling, row.get("note")))),
    )


def called(row: Contract, library: Library) -> Part:
    """Return a tool as a service that may be called."""
    tool = library.tools.get(row["key"])
    return filled(
        bom_ref=f"tool:{row['key']}",
        provider=organisation(tool.vendor) if tool is not None and tool.vendor is not None else {},
        name=tool.name if tool is not None else row["key"],
        description=tool.description if tool is not None else "",
        properties=properties(
            tool=row["key"],
            effect=tool.get_effect_display()
            if tool is not None
            else said(("authority", "tools", 0, "effect"), row.get("effect", "")),
            state=tool.get_state_display() if tool is not None else "not in the catalogue",
        ),
    )


def data(held: Held) -> Iterator[Part]:
    """Yield prompts and retrieval sources as data, by version and hash; never a prompt's words."""
    key = held.surface.key
    for row in held.contract.get("prompts", []):
        digest = row.get("sha256") or (hashlib.sha256(row["text"].encode()).hexdigest() if row.get("text") else "")
        version = row.get("version") or row.get("commit", "")
        yield filled(
            type="data",
            bom_ref=f"prompt:{key}/{row['key']}@{version or digest[:12]}",
            name=row["key"],
            version=version,
            hashes=[{"alg": "SHA-256", "content": digest}] if digest else [],
            data=[{"type": "configuration", "name": row["key"], "description": "Prompt or system instruction"}],
            properties=properties(commit=row.get("commit", "")),
        )
    sensitive = [row["key"] for row in held.contract.get("inputs", {}).get("data_classes", [])]
    for row in held.contract.get("retrieval", []):
        described = filled(type="dataset", name=row["key"], description=row.get("documents", ""), sensitiveData=sensitive)
        yield filled(
            type="data",
            bom_ref=f"source:{key}/{row['key']}@{row.get('snapshot', '')}",
            name=row["key"],
            version=row.get("snapshot", ""),
            data=[described],
        )


def named(contract: Contract, part: str, key: str) -> list[str]:
    """Return the keys that a list of a contract names, each once, in order."""
    return list(dict.fromkeys(str(row[key]) for row in contract.get(part, []) if row.get(key)))


def tools_of(contract: Contract) -> Iterable[str]:
    """Return the tools that a contract allows."""
    return dict.fromkeys(str(row["key"]) for row in contract.get("authority", {}).get("tools", []))
