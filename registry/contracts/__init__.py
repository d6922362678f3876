"""The contract: what a surface may do, as plain data and pure functions over it.

Owns the published JSON Schema, the canonical form and its hash, what is wrong with a contract and what is missing, how
two contracts differ in the words of the domain, which tier one implies, which surfaces look alike, how a contract reads
in sentences, and its forms as YAML and as flat form data.

Refuses to know: models, requests, the clock, who is asking. Policy comes in as plain facts (`facts`). It is the lowest
package of the registry and imports only `governance.core`.
"""
