"""One real broker and one gateway for all clients. `--direct` leaves the gateway out for what only reads: what
fails then is the client's own.

Run by scripts/test clients. `--write-docs` writes the table of docs/clients.md from what was seen.
"""

import importlib.util
import pathlib
import sys
import uuid

import pytest

INTEGRATION = pathlib.Path(__file__).resolve().parents[1] / "integration"
sys.path[:0] = [str(pathlib.Path(__file__).parent), str(INTEGRATION)]

_spec = importlib.util.spec_from_file_location("integration_conftest", INTEGRATION / "conftest.py")
_integration = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_integration)

from rig import wire  # noqa: E402
from rig.gateway import Direct, Gateway  # noqa: E402

broker = _integration.broker


def pytest_addoption(parser):
    _integration.pytest_addoption(parser)
    parser.addoption("--write-docs", action="store_true", help="write the table of docs/clients.md")


pytest_configure = _integration.pytest_configure
pytest_collection_modifyitems = _integration.pytest_collection_modifyitems


@pytest.fixture(scope="session")
def gateway(request, broker, tmp_path_factory):
    if request.config.getoption("--direct"):
        yield Direct(broker.address)
        return
    made = Gateway(tmp_path_factory.mktemp("gateway"), upstream=broker.address,
                   rules={"ages.json": _integration.AGES}).start()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def upstream(broker):
    """A connection straight to the broker: what is really stored."""
    with wire.Connection(broker.host, broker.port, timeout_s=30) as connection:
        yield connection


@pytest.fixture(scope="session")
def make_topics(upstream):
    """make_topics(codecs) -> a prefix; PREFIX.CODEC is a topic of two partitions, judged by the gateway."""
    def make(codecs) -> str:
        prefix = f"judged.{uuid.uuid4().hex[:8]}"
        for codec in codecs:
            upstream.create_topic(f"{prefix}.{codec}", 2)
        return prefix
    return make
