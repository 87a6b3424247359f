"""The SQL of the metric models, rendered once, for tests that feed them from elsewhere."""

from tests.unit.survey.conftest import rendered

__all__ = ["rendered"]
