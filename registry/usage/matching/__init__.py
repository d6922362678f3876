"""What an observed call is matched to: surface, endpoint, revision in force at that moment, prompt version, data classes.

`facts` are plain data about what exists and held when, `match` and `standing` decide over them without a database or clock,
`book` keeps the facts of this process in step with the ledger.
"""
