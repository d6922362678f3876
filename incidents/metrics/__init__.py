"""What incidents tell the scorecard: how long it took until they were restored.

Owns how that is counted. Refuses to know how figures are shown, kept or sealed (governance.scorecard).
"""
