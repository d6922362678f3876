"""What was learned from an incident, and what in the system changes because of it; and R11, by which an incident closes.

Owns postmortems with their texts, causes and approval, action items until they are verified, cases asked for in the eval
library until they first ran, the editions on paper, and patterns over incidents. Refuses to know who is alerted and which
lever is pulled. Nobody is blamed here: texts ask what made the mistake possible.
"""
