"""Records a version of a prompt or retrieval source, by hand or from a pipeline that knows the commit."""

from typing import Any

from governance.core.errors import Conflict, Invalid
from governance.ledger.journal import action
from governance.people.models import User
from registry.assets import naming, rules
from registry.assets.actions.common import locked, require_may, store
from registry.assets.models import Asset, AssetVersion
from registry.assets.naming import Named
from registry.contracts.canonical import line_feeds, text_hash

PROMPT_FIELDS = ("text", "sha256", "repository", "path", "commit")
SOURCE_FIELDS = ("snapshot", "documents", "access")


def record_version(
    asset: Asset,
    *,
    actor: User,
    label: str = "",
    reason: str = "",
    link: str = "",
    author: User | None = None,
    expected_version: int | None = None,
    **given: Any,
) -> AssetVersion:
    """Record the next version, for good. The same label with the same hash again is the version that is known.

    A prompt is given by its `text`, by `sha256` with `repository`, `path` and `commit`, or by repository and commit
    alone; a retrieval source by `snapshot`, `documents` and `access`. Raises Denied, Invalid, StaleState, or Conflict
    where the label stands for something else.
    """
    require_may(rules.may_record, actor, asset)
    named = _named(asset, label.strip(), given)
    taken = label.strip() or named.label
    if (known := asset.versions.filter(label=taken).first()) is not None:
        if known.digest == named.digest:
            return known
        raise Conflict(
            f"Version {taken} is known already and says something else.",
            fix="Give the new one another label.",
            fields={"label": ["This label is taken."]},
        )
    told = {"author": author or actor, "reason": reason, "link": link}
    return _record(asset, named, actor=actor, label=taken, expected_version=expected_version, **told)


@action
def _record(asset: Asset, named: Named, *, actor: User, label: str, expected_version: int | None, **told: Any) -> AssetVersion:
    asset = locked(asset, expected_version)
    require_may(rules.may_record, actor, asset)
    number = (asset.newest.number if asset.newest is not None else 0) + 1
    return store(asset, named, label=label, number=number, actor=actor, **told)


def _named(asset: Asset, label: str, given: dict[str, Any]) -> Named:
    wanted = PROMPT_FIELDS if asset.kind == Asset.Kind.PROMPT else SOURCE_FIELDS
    if stray := [name for name in given if name not in wanted and given[name]]:
        kind = asset.get_kind_display().lower()
        raise Invalid("Some fields do not fit.", fields={name: [f"A {kind} has none."] for name in stray})
    row = {"key": asset.contract_key, **{name: given.get(name) or "" for name in wanted}}
    return _prompt(row, label) if asset.kind == Asset.Kind.PROMPT else _source(row)


def _prompt(row: dict[str, Any], label: str) -> Named:
    if row["text"] and row["sha256"] and text_hash(line_feeds(row["text"])) != row["sha256"]:
        raise Invalid("The hash is not that of the words.", fields={"sha256": ["This is not the SHA-256 of the words given."]})
    if not row["text"] and not row["commit"]:
        raise Invalid(
            "Give the words of the prompt, or the commit at which they are.",
            fields={"text": ["Give the words, or repository and commit."]},
        )
    if row["commit"] and not row["repository"]:
        raise Invalid("A commit needs its repository.", fields={"repository": ["Name the repository."]})
    return naming.prompt({**row, "version": label})


def _source(row: dict[str, Any]) -> Named:
    if not row["snapshot"] and not row["documents"]:
        raise Invalid(
            "Give the snapshot, or say which documents it holds.",
            fields={"snapshot": ["Give the snapshot by which the index can be found again."]},
        )
    return naming.source(row)
