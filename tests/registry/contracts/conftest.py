"""Random contracts take time to draw; a busy machine is no failure."""

from hypothesis import HealthCheck, settings

settings.register_profile("contracts", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("contracts")
