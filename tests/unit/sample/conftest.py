"""One world for all tests of the sample: it is never changed."""

import pytest

from orchestration.sample import SEED
from orchestration.sample.world import World, build_world


@pytest.fixture(scope="session")
def world() -> World:
    return build_world(SEED)
