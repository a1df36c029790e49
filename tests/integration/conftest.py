"""Fixtures of the integration tests: one real broker for all, a gateway (or several) for each test.

Run by scripts/test integration, or build/venv/bin/pytest tests/integration. `--direct` puts the broker in the gateway's
place and runs the tests marked `passes_through`: a failure there is none of Assay's.
"""

import pathlib
import sys
import uuid

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from rig import wire  # noqa: E402
from rig.broker import KafkaBroker  # noqa: E402
from rig.gateway import Direct, Gateway, eventually  # noqa: E402
from rig.places import ASSAY  # noqa: E402

# A loopback address that nothing else uses: a client that sees it has been told where the broker is.
BROKER_HOST = "127.77.0.1"


def pytest_addoption(parser):
    parser.addoption("--direct", action="store_true", help="the broker itself in the gateway's place")


def pytest_configure(config):
    config.addinivalue_line("markers", "passes_through: needs nothing but a Kafka that works")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--direct"):
        chosen = [item for item in items if item.get_closest_marker("passes_through")]
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = chosen


@pytest.fixture(scope="session")
def broker():
    with KafkaBroker(host=BROKER_HOST) as running:
        yield running


@pytest.fixture
def upstream(broker):
    """A connection straight to the broker: what is really stored."""
    with wire.Connection(broker.host, broker.port) as connection:
        yield connection


@pytest.fixture
def newest(upstream):
    """newest(api key): the highest version that this broker has, as brokers before 4.1 have no Produce v13."""
    keys = upstream.api_versions(3)["keys"]
    return lambda key: keys[key][1]


@pytest.fixture
def topic(upstream):
    """Makes a topic of that name with a suffix of its own: topic("orders") -> "orders.1f3a9c"."""
    def make(name: str = "plain", partitions: int = 1, **configs) -> str:
        full = f"{name}.{uuid.uuid4().hex[:8]}"
        upstream.create_topic(full, partitions, {k.replace("_", "."): str(v) for k, v in configs.items()})
        for partition in range(partitions):
            eventually(f"{full}-{partition} has a leader", lambda: led(full, partition))
        return full

    def led(name, partition):
        try:
            return upstream.fetch(name, partition, wait_ms=0) == b""
        except RuntimeError:
            return False
    return make


@pytest.fixture
def gateway(request, broker, tmp_path):
    """Starts gateways: gateway(rules={…}, policies=[…]); each must end in order after the test."""
    started = []

    def make(ready: bool = True, **options):
        if request.config.getoption("--direct"):
            return Direct(broker.address)
        options.setdefault("upstream", broker.address)
        made = Gateway(tmp_path / f"gateway-{len(started)}", **options)
        started.append(made)
        return made.start() if ready else made.launch()
    yield make
    problems = []
    for made in started:
        try:
            made.stop()
        except AssertionError as problem:
            problems.append(str(problem))
    assert not problems, "\n".join(problems)


@pytest.fixture(scope="module")
def transparent(request, broker, tmp_path_factory):
    """A gateway for a whole module, judging topics "judged.*" and letting all others through."""
    if request.config.getoption("--direct"):
        yield Direct(broker.address)
        return
    made = Gateway(tmp_path_factory.mktemp("transparent"), upstream=broker.address, rules={"ages.json": AGES})
    made.start()
    yield made
    made.stop()


AGES = {
    "topics": ["judged.*"],
    "owner": "crm",
    "rules": [
        {"name": "age-positive", "doc": "Ages are counted in years", "field": "person.age",
         "check": {"exclusiveMinimum": 0, "maximum": 150}},
        {"name": "email-has-at", "field": "person.email", "check": {"required": True, "contains": "@"}},
    ],
}


@pytest.fixture
def assay():
    """Runs the command once: assay("check", …) -> its exit code and output."""
    import subprocess

    def run(*arguments, stdin: str = "", timeout_s: float = 60, **more):
        assert ASSAY.exists(), f"{ASSAY} is missing; build it: cmake --preset release && ninja -C build/release assay"
        return subprocess.run([str(ASSAY), *map(str, arguments)], input=stdin, capture_output=True, text=True,
                              timeout=timeout_s, **more)
    return run
