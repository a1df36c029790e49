"""Apache Kafka's own tools, out of the broker's Maven artefacts, through the gateway.

`plain.*` topics pass it unopened; in `judged.*` topics every record is judged.
"""

import json
import subprocess
import uuid

import pytest

import run
from rig import batch

RECORDS = 2_000
TOOL_S = 120


def tool(broker, name, *arguments):
    """Its standard output; it must end with 0. `broker` only says how Java is started."""
    done = subprocess.run([*broker.java(f"org.apache.kafka.tools.{name}"), *map(str, arguments)], capture_output=True,
                          text=True, timeout=TOOL_S)
    assert done.returncode == 0, f"{name} ended with {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def events(output):
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


@pytest.fixture
def topic(upstream):
    def make(prefix):
        name = f"{prefix}.{uuid.uuid4().hex[:8]}"
        upstream.create_topic(name, 2)
        return name
    return make


def person(number):
    return json.dumps({"person": {"age": number % 100 + 1, "email": f"{number}@example.org"}})


@pytest.mark.passes_through
def test_client_compatibility_test(gateway, broker, topic):
    output = tool(broker, "ClientCompatibilityTest", "--bootstrap-server", gateway.bootstrap, "--topic", topic("plain"),
                  "--offsets-for-times-supported", True, "--cluster-id-supported", True,
                  "--expect-record-too-large-exception", False, "--num-cluster-nodes", 1,
                  "--create-topics-supported", True, "--describe-acls-supported", True,
                  "--describe-configs-supported", True, "--idempotent-producer-supported", True)
    assert "All tests passed" in output or "SUCCESS" in output.upper(), output[-2000:]


@pytest.mark.passes_through
@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_verifiable_producer_and_consumer(gateway, broker, topic, protocol):
    name = topic("plain")
    produced = events(tool(broker, "VerifiableProducer", "--bootstrap-server", gateway.bootstrap, "--topic", name,
                           "--max-messages", RECORDS))
    data, = [event for event in produced if event["name"] == "tool_data"]
    assert data["sent"] == data["acked"] == RECORDS
    acked = {int(event["value"]) for event in produced if event["name"] == "producer_send_success"}
    assert acked == set(range(RECORDS))
    consumed = events(tool(broker, "VerifiableConsumer", "--bootstrap-server", gateway.bootstrap, "--topic", name,
                           "--group-id", f"group-{name}", "--group-protocol", protocol, "--max-messages", RECORDS,
                           "--verbose"))
    assert {int(event["value"]) for event in consumed if event["name"] == "record_data"} == acked
    assert [event for event in consumed if event["name"] == "offsets_committed"]


@pytest.mark.passes_through
def test_verifiable_share_consumer(gateway, broker, topic):
    name = topic("plain")
    tool(broker, "VerifiableProducer", "--bootstrap-server", gateway.bootstrap, "--topic", name, "--max-messages", RECORDS)
    consumed = events(tool(broker, "VerifiableShareConsumer", "--bootstrap-server", gateway.bootstrap, "--topic", name,
                           "--group-id", f"share-{name}", "--max-messages", RECORDS, "--verbose",
                           "--offset-reset-strategy", "earliest"))
    assert {int(event["value"]) for event in consumed if event["name"] == "record_data"} == set(range(RECORDS))


def test_verifiable_producer_is_told_of_every_refusal(gateway, broker, topic):
    name = topic("judged")
    produced = events(tool(broker, "VerifiableProducer", "--bootstrap-server", gateway.bootstrap, "--topic", name,
                           "--max-messages", 50))
    data, = [event for event in produced if event["name"] == "tool_data"]
    assert (data["sent"], data["acked"]) == (50, 0)
    refused = [event for event in produced if event["name"] == "producer_send_error"]
    assert len(refused) == 50 and any("email-has-at" in event["message"] for event in refused)
    assert not any(run.stored(broker, name).values())


@pytest.mark.parametrize("prefix", ["plain", "judged"])
def test_producer_performance(gateway, broker, topic, tmp_path, prefix):
    name = topic(prefix)
    payloads = tmp_path / "payloads"
    payloads.write_text("\n".join(map(person, range(100))))
    output = tool(broker, "ProducerPerformance", "--topic", name, "--num-records", RECORDS, "--throughput", -1,
                  "--payload-file", payloads, "--producer-props", f"bootstrap.servers={gateway.bootstrap}",
                  "compression.type=lz4")
    assert f"{RECORDS} records sent" in output
    assert sum(map(len, run.stored(broker, name).values())) == RECORDS


@pytest.mark.passes_through
def test_end_to_end_latency(gateway, broker, topic):
    output = tool(broker, "EndToEndLatency", gateway.bootstrap, topic("plain"), 200, "all", 300)
    assert "Percentiles" in output


@pytest.mark.parametrize("prefix", ["plain", "judged"])
def test_transactional_message_copier(gateway, broker, upstream, topic, prefix):
    """With transactions aborted at random: the copy holds each record once all the same."""
    source, copy = topic(prefix), topic(prefix)
    values = list(map(person, range(1000)))
    answer, = upstream.produce({source: {0: batch.batch([value.encode() for value in values])}})
    assert answer.error == 0, answer
    tool(broker, "TransactionalMessageCopier", "--broker-list", gateway.bootstrap, "--input-topic", source,
         "--input-partition", 0, "--output-topic", copy, "--transactional-id", f"copier-{copy}", "--consumer-group",
         f"group-{copy}", "--transaction-size", 100, "--enable-random-aborts")
    copied = [value for partition in run.stored(broker, copy).values() for _, value in partition]
    assert sorted(copied) == sorted(values)
