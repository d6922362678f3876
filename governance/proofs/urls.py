"""Addresses of checkpoints, keys and proofs, below those of the ledger."""

from django.urls import path

from governance.proofs.views import CheckpointList, CheckpointNote, CheckpointPage, EntryProof, LedgerKeys, ReplaceKey

urlpatterns = [
    *CheckpointList.urls("checkpoints/"),
    path("checkpoints/<int:size>/note.txt", CheckpointNote.as_view(), name="checkpoint-note"),
    *CheckpointPage.urls("checkpoints/<int:size>/"),
    path("keys/", LedgerKeys.as_view(), name="ledger-keys"),
    path("keys/replace/", ReplaceKey.as_view(), name="ledger-key-replace"),
    path("entries/<int:seq>/proof.json", EntryProof.as_view(), name="entry-proof"),
    path("entries/<int:seq>/proof.tlog-proof", EntryProof.as_view(text=True), name="entry-proof-text"),
]
