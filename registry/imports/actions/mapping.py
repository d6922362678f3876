"""Which column feeds which field: chosen by hand, taken from a saved mapping, saved for the next file."""

from collections.abc import Mapping as Dict
from typing import Any

from governance.core.errors import Invalid
from governance.core.tabular import mapping as mappings
from governance.core.tabular.mapping import Fitted, Mapping
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from registry.imports import queries, rules
from registry.imports.actions import steps
from registry.imports.models import ImportBatch, ImportProfile

State = ImportBatch.State
SETTINGS = {"create_missing": bool}


def set_mapping(
    batch: ImportBatch,
    *,
    actor: Any,
    mapping: Mapping,
    settings: Dict[str, Any] | None = None,
    expected_version: int | None = None,
    profile: ImportProfile | None = None,
) -> ImportBatch:
    """Say which column feeds which field. Raises Invalid when it does not fit the file or a needed field is empty."""
    require(rules.may_map(actor, batch))
    steps.check_version(batch, expected_version)
    mappings.check(mapping, queries.headers_of(batch), queries.fields_of(batch))
    given = dict(settings or {})
    wrong = [name for name, value in given.items() if not isinstance(value, SETTINGS.get(name, type(None)))]
    if wrong:
        raise Invalid(f"Unknown or wrong settings: {', '.join(sorted(wrong))}.", fix=f"Known are {', '.join(SETTINGS)}.")
    steps.move(
        batch,
        State.MAPPING,
        frm=(State.MAPPING, State.READY),
        mapping=mapping.to_json(),
        settings={name: value for name, value in batch.settings.items() if name in SETTINGS} | given,
        profile=profile,
        counts={},
        notes=[],
    )
    batch.rows.all().delete()
    return batch


def apply_profile(batch: ImportBatch, *, actor: Any, profile: ImportProfile, expected_version: int | None = None) -> Fitted:
    """Take a saved mapping over, fitted to this file's headers; returns what fitted and what did not."""
    require(rules.may_map(actor, batch))
    if profile.target != batch.target:
        raise Invalid("This mapping was saved for another kind of row.", fix="Choose another one.")
    steps.check_version(batch, expected_version)
    fitted = mappings.fit(mappings.from_json(profile.mapping), queries.headers_of(batch))
    steps.move(
        batch,
        State.MAPPING,
        frm=(State.MAPPING, State.READY),
        mapping=fitted.mapping.to_json(),
        profile=profile,
        counts={},
        notes=[],
    )
    batch.rows.all().delete()
    return fitted


@action
def save_profile(batch: ImportBatch, *, actor: Any, name: str) -> ImportProfile:
    """Keep the import's mapping under a name, for the next file; saving one's own again replaces it."""
    require(rules.may_touch(actor, batch))
    name = " ".join(name.split())
    if not name:
        raise Invalid("The mapping needs a name.", fields={"name": ["This is needed."]})
    known = ImportProfile.objects.filter(target=batch.target, name=name).select_related("owner").first()
    told = {"name": name, "target": batch.target}
    if known is None:
        profile = ImportProfile(name=name, target=batch.target, mapping=batch.mapping, owner=actor)
        transitions.create(profile, actor=actor, kind="import_profile.saved", payload=told)
    else:
        require(rules.may_remove_profile(actor, known))
        changes = {"mapping": batch.mapping}
        profile = transitions.change(known, actor=actor, kind="import_profile.saved", changes=changes, payload=told)
    ImportBatch.objects.filter(pk=batch.pk).update(profile=profile)
    return profile


@action
def remove_profile(profile: ImportProfile, *, actor: Any, expected_version: int | None = None) -> None:
    """Remove a saved mapping; imports that used it stay as they are."""
    require(rules.may_remove_profile(actor, profile))
    if expected_version is not None and profile.version != expected_version:
        raise transitions.stale(profile)
    transitions.remove(profile, actor=actor, kind="import_profile.removed", payload={"name": profile.name})
