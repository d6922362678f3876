"""What the demo company's half year tells of incidents: one that burns, past ones and what was learned, budgets, channels.

`story.yaml` holds it, `telling` puts it on the demo's calendar, `steps` and `learning` take each step through the action
that a person would use. Nothing of it leaves the machine: every channel is paused, and no mail server is known.
"""
