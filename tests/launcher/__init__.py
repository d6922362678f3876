"""The launcher and what stands behind it (scripts/). None of these tests needs Django's database."""
