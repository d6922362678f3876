"""Pages of the tree: checkpoints, one checkpoint re-computed, the keys, and the proof of an entry to take away."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.core.verdict import Verdict
from governance.ledger.check import Finding
from governance.people.views.sensitive import SensitivePage
from governance.proofs import keys, merkle, notes, offline, queries, rotation, rules, sealing
from governance.proofs.forms import ReplaceKeyForm
from governance.proofs.models import Checkpoint, LedgerKey
from governance.proofs.tables import CheckpointFilters, CheckpointTable
from governance.ui import atoms
from governance.ui.pages import Button, Empty, Fact, Header, ListPage, ObjectPage, Page, PageAction, Tab

FAMILY = "ledger"


class CheckpointList(ListPage):
    """All signed heads of the tree, newest first."""

    key, url_name, title, nav, family = "checkpoints", "checkpoints", "Checkpoints", "ledger", FAMILY
    table, filterset = CheckpointTable, CheckpointFilters
    lead = "{total} signed hashes, each over all entries before it. Whoever keeps one sees later whether any of them was changed."
    keyset = "size"
    template = "governance/proofs/checkpoints.html"
    actions = (PageAction("Keys", lambda user: reverse("ledger-keys"), icon="key"),)
    empty = Empty(
        "Nothing is sealed yet",
        "A few seconds after the first entry a worker seals the ledger: a signed hash over everything so far, which can be "
        "kept by whoever does not want to trust this server.",
    )

    def rows(self, user: Any) -> QuerySet[Checkpoint]:
        """Return all of them: they hold hashes and numbers only."""
        return queries.checkpoints()

    def context(self, **more: Any) -> dict[str, Any]:
        """Say above the list what keeps the ledger from being sealed, if anything does."""
        return super().context(obstacle=sealing.obstacle(), **more)


def _checked(page: ObjectPage, checkpoint: Checkpoint) -> dict[str, Any]:
    before = queries.at_most(checkpoint.size - 1)
    return {
        "findings": list(_findings(checkpoint, before)),
        "before": before,
        "signatures": notes.parse(checkpoint.note).signatures,
    }


def _findings(checkpoint: Checkpoint, before: Checkpoint | None) -> list[Finding]:
    found = [_signed(checkpoint), _rooted(checkpoint)]
    if before is not None:
        found.append(_extends(before, checkpoint))
    return found


def _signed(checkpoint: Checkpoint) -> Finding:
    try:
        text, signed = notes.verify(checkpoint.note, keys.verifiers())
        head = notes.read_checkpoint(text)
    except notes.BadNote as error:
        return Finding("It is signed by a key of this log", False, f"{error}.")
    if (head.size, head.root) != (checkpoint.size, checkpoint.root_bytes):
        return Finding("It is signed by a key of this log", False, "The note says another size or root than the row.")
    return Finding("It is signed by a key of this log", True, ", ".join(each.key_id.hex() for each in signed))


def _rooted(checkpoint: Checkpoint) -> Finding:
    what = "The tree still has this root"
    try:
        return Finding(what, queries.root(checkpoint.size) == checkpoint.root_bytes)
    except merkle.NotProved as error:
        return Finding(what, False, f"{error}.")


def _extends(before: Checkpoint, checkpoint: Checkpoint) -> Finding:
    what = "It extends the checkpoint before it"
    try:
        proof = queries.consistency(before.size, checkpoint.size)
        merkle.verify_consistency(before.size, checkpoint.size, before.root_bytes, checkpoint.root_bytes, proof)
    except merkle.NotProved as error:
        return Finding(what, False, f"{error}.")
    return Finding(what, True, f"{before.size:,} entries")


class CheckpointPage(ObjectPage):
    """One checkpoint, re-computed as it is shown."""

    url_name, lookup, parent, nav = "checkpoint", "size", ("Checkpoints", "checkpoints"), "ledger"
    tabs = (Tab("", "Checkpoint", "governance/proofs/_checkpoint.html", _checked),)
    noun = "checkpoint over"

    def rows(self, user: Any) -> QuerySet[Checkpoint]:
        """Return all of them."""
        return queries.checkpoints()

    def header(self, obj: Checkpoint) -> Header:
        """Say how far it reaches and since when it stands."""
        facts = (
            Fact("Sealed", atoms.time(obj.sealed_at, "exact")),
            Fact("Last entry", atoms.link(reverse("entry", args=[obj.size]), f"{obj.size:,}")),
            Fact("Root", atoms.hash_code(obj.root, "Root of the Merkle tree over all entries so far")),
        )
        download = Button("Download the note", reverse("checkpoint-note", args=[obj.size]), "download", "primary")
        return Header(f"Checkpoint over {obj.size:,} entries", state=("held", "Signed"), facts=facts, buttons=(download,))


class LedgerKeys(Page):
    """The keys that sign, and those that did."""

    title, template, nav = "Keys of the ledger", "governance/proofs/keys.html", "ledger"
    crumbs = [("Checkpoints", "/ledger/checkpoints/")]

    def context(self, **more: Any) -> dict[str, Any]:
        """List them, newest first."""
        found = list(queries.ledger_keys())
        verdict = rules.may_rotate(self.user)
        return super().context(keys=found, may_replace=bool(verdict) and bool(found), **more)


class ReplaceKey(SensitivePage):
    """Replace the key that signs."""

    title, submit, form_class = "Replace the ledger's key", "Replace it", ReplaceKeyForm
    nav = "ledger"
    lead = (
        "A new key is made on this server and announced in an entry; the next checkpoint is signed by both, and then the old "
        "private key is deleted. Whoever pinned the old key sees the new one vouched for by it."
    )

    def verdict(self, obj: None) -> Verdict:
        """Administrators only."""
        return rules.may_rotate(self.user)

    def back_url(self, obj: None) -> str:
        """Return to the keys."""
        return reverse("ledger-keys")

    def perform(self, obj: None, given: Mapping[str, Any]) -> LedgerKey:
        """Replace it."""
        return rotation.rotate(actor=self.user, reason=given["reason"])

    def success_url(self, result: LedgerKey) -> str:
        """Show the keys."""
        return reverse("ledger-keys")

    def said(self, result: LedgerKey) -> str:
        """Name the new one."""
        return f"Key {result.key} signs from now on. Tell those who pinned the old one."


class CheckpointNote(Page):
    """The signed note of a checkpoint, as it is published."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the text."""
        checkpoint = queries.get(self.kwargs["size"])
        return _file(offline.note_of(checkpoint), "text/plain; charset=utf-8", f"checkpoint-{checkpoint.size}.txt")


class EntryProof(Page):
    """An entry with its proof and the newest checkpoint, in one file to take away."""

    text = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the file: JSON with everything, or the proof alone as C2SP tlog-proof text."""
        entry = offline.get(self.user, self.kwargs["seq"], request.GET.get("shown", ""))
        if self.text:
            return _file(offline.as_text(entry), "text/plain; charset=utf-8", f"entry-{entry.seq}.tlog-proof")
        return _file(offline.as_json(entry), "application/json", f"entry-{entry.seq}-proof.json")


def _file(content: str, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-cache"}
    return HttpResponse(content, content_type=kind, headers=headers)
