"""Files of any shape become rows: upload, mapping, preview as a diff, commit, refused rows, undo.

Owns the way from a file to rows and back. Knows nothing of what the rows become: features contribute an `ImportTarget`
with an adapter (`registry.imports.adapter`), and every row goes in by the same rules, history and ledger entries as
by hand. Preparing an import (upload, mapping, preview) changes nothing that is governed; committing and undoing do.
"""
