"""Checkpoints, proofs, heads and keys over REST: what a program needs to check the ledger without trusting it."""

import base64
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from governance.api.input import Input, Prose
from governance.api.operations import acts, downloads, lists, reads
from governance.api.output import Output
from governance.api.viewsets import ReadViewSet, Resource
from governance.core.errors import Denied, Invalid
from governance.core.verdict import require
from governance.ledger import tags
from governance.proofs import merkle, offline, queries, reading, rotation, rules, sealing
from governance.proofs.models import Checkpoint, LedgerKey
from governance.proofs.tables import CheckpointFilters

SCOPES = {"read": ("ledger:read",), "write": ("ledger:write",)}
NUMBER = {"type": "integer", "minimum": 1, "maximum": 2**53 - 1}
MOST_HEADS = 1000


def _number(name: str, said: str, *, required: bool = True) -> OpenApiParameter:
    return OpenApiParameter(name, NUMBER, description=said, required=required)


class CheckpointOutput(Output):
    """A signed head of the tree."""

    root = serializers.CharField(source="root_base64", help_text="Base64 of the root, as the note says it.")

    class Meta:
        model = Checkpoint
        fields = ("size", "root", "sealed_at", "note")


class KeyOutput(Output):
    """A key that signs checkpoints, or once did."""

    key = serializers.CharField(help_text="Its id: eight hex digits.")

    class Meta:
        model = LedgerKey
        fields = ("key", "vkey", "from_size", "until_size", "retired_at", "version")


class ProofOutput(serializers.Serializer[Any]):
    """That an entry is in the tree of a checkpoint."""

    log = serializers.CharField(help_text="The log's origin, as in its checkpoints.")
    index = serializers.IntegerField(help_text="Its place in the tree: its number less one.")
    size = serializers.IntegerField()
    leaf = serializers.CharField(help_text="Base64 of the leaf hash.")
    proof = serializers.ListField(child=serializers.CharField(), help_text="Base64 of each hash, leaf's sibling first.")
    root = serializers.CharField(help_text="Base64 of the root over `size` entries.")


class ConsistencyOutput(serializers.Serializer[Any]):
    """That one tree extends another."""

    log = serializers.CharField()
    old = serializers.IntegerField()
    new = serializers.IntegerField()
    proof = serializers.ListField(child=serializers.CharField(), help_text="Base64 of each hash.")
    old_root = serializers.CharField()
    new_root = serializers.CharField()


class HeadOutput(serializers.Serializer[Any]):
    """The head of an entry, as canonical JSON whose bytes are what the leaf is made of."""

    seq = serializers.IntegerField()
    head = serializers.CharField()


class RotationInput(Input):
    """Why the key is replaced."""

    reason = Prose(max_length=2000)
    example = {"reason": "Yearly replacement."}


class CheckpointApi(ReadViewSet):
    """Signed heads of the ledger's tree. `note` is a C2SP signed note; `size` is how many entries it covers."""

    model = Checkpoint
    serializer_class = CheckpointOutput
    filterset_class = CheckpointFilters
    ordering_fields = {"size": "size"}
    ordering = "-size"
    lookup_field = "size"
    lookup_value_regex = "[0-9]{1,18}"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[Checkpoint]:
        """Return all of them."""
        return Checkpoint.objects.none() if getattr(self, "swagger_fake_view", False) else queries.checkpoints()

    @acts("seal", output=CheckpointOutput, detail=False)
    def seal(self, data: dict[str, Any]) -> Checkpoint:
        """Seal what is new at once; nothing new, the same checkpoint as before."""
        require(rules.may_seal(self.request.user))
        return sealing.seal()

    @downloads("note", "text/plain; charset=utf-8")
    def note(self, checkpoint: Checkpoint) -> HttpResponse:
        """The signed note alone, with the cosignatures that witnesses gave so far."""
        return HttpResponse(offline.note_of(checkpoint), content_type="text/plain; charset=utf-8")


class LedgerApi(Resource):
    """The tree itself: proofs, heads and keys. Proofs hold hashes only; heads of all entries are for who reads all."""

    model = LedgerKey
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[LedgerKey]:
        """Return all keys."""
        return LedgerKey.objects.none() if getattr(self, "swagger_fake_view", False) else queries.ledger_keys()

    @property
    def caller(self) -> Any:
        """Who acts."""
        return self.request.user

    @reads(
        "proof",
        output=ProofOutput,
        detail=False,
        parameters=[_number("seq", "The entry's number."), _number("size", "Default: the newest checkpoint.", required=False)],
    )
    def proof(self) -> dict[str, Any]:
        """That an entry is in the tree (RFC 9162 section 2.1.3)."""
        seq, size = self.parameters["seq"], self.parameters.get("size") or queries.sealed_size()
        try:
            proof = queries.inclusion(seq, size)
        except merkle.NotProved as error:
            raise Invalid(f"Entry {seq:,} is not among the first {size:,}.", fields={"seq": [str(error)]}) from error
        [leaf] = queries.leaf_hashes(seq, seq)
        found = {"log": tags.found().origin, "index": seq - 1, "size": size, "leaf": _text(leaf)}
        return found | {"proof": [_text(each) for each in proof], "root": _text(queries.root(size))}

    @reads(
        "consistency",
        output=ConsistencyOutput,
        detail=False,
        parameters=[_number("old", "Size of the older tree."), _number("new", "Default: the newest.", required=False)],
    )
    def consistency(self) -> dict[str, Any]:
        """That a tree extends an older one (RFC 9162 section 2.1.4)."""
        old, new = self.parameters["old"], self.parameters.get("new") or queries.sealed_size()
        try:
            proof = queries.consistency(old, new)
        except merkle.NotProved as error:
            raise Invalid(f"A tree of {new:,} cannot extend one of {old:,}.", fields={"old": [str(error)]}) from error
        found = {"log": tags.found().origin, "old": old, "new": new, "proof": [_text(each) for each in proof]}
        return found | {"old_root": _text(queries.root(old)), "new_root": _text(queries.root(new))}

    @reads(
        "heads",
        output=HeadOutput,
        detail=False,
        many=True,
        parameters=[_number("first", "The first entry's number."), _number("last", f"At most {MOST_HEADS - 1} more.")],
    )
    def heads(self) -> list[dict[str, Any]]:
        """The heads of entries, to compute the tree oneself."""
        if not rules.may_see_all(self.request.user):
            raise Denied("The heads of all entries are for those who read the whole ledger.", grantors=("an administrator",))
        first, last = self.parameters["first"], self.parameters["last"]
        if last - first >= MOST_HEADS:
            raise Invalid(f"Ask for at most {MOST_HEADS:,} at a time.", fields={"last": ["Too far from the first."]})
        return [{"seq": row.seq, "head": row.head.decode()} for row in reading.rows(first, last)]

    @lists("keys", output=KeyOutput, detail=False, ordering_fields={"from_size": "from_size"}, ordering="-from_size")
    def keys(self) -> QuerySet[LedgerKey]:
        """The public keys of this log, retired ones included: pin them where they cannot be changed."""
        return queries.ledger_keys()

    @acts("keys/replace", RotationInput, output=KeyOutput, detail=False, status=201)
    def replace(self, data: dict[str, Any]) -> LedgerKey:
        """Replace the key that signs: announced in an entry, taken up by a checkpoint that both keys sign."""
        return rotation.rotate(actor=self.caller, reason=data["reason"])


def _text(hash_: bytes) -> str:
    return base64.b64encode(hash_).decode()
