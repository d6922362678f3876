"""Who acts and who answers: people, teams, positions, delegation, roles and API tokens.

Refuses to know what anybody owns; the apps above say so through `OwnedSource`.
"""
