"""Property tests take their time here: on a busy machine it says nothing of what they test."""

import hypothesis

hypothesis.settings.register_profile(
    "no deadline", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("no deadline")
