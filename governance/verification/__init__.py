"""Whether everything is still what it was: the whole ledger, and all that it binds, computed again and compared.

Owns the walk over entries, tags, tiles, checkpoints, bound rows, personal parts and files, the findings that it names,
and the results that are kept. Believes nothing that the database says of itself: triggers may have been dropped. Refuses
to know what a row means. What explains a gap (something let go, somebody erased) is read from `ledger.letgo`.

    from governance.verification.verifying import verify

    report = verify(progress, older=note)        # report.findings names each row that does not hold

`binding` binds once what versions before this one wrote without binding it.
"""
