"""Starting, reloading, losing the broker, and ending in order."""

import os
import signal
import time

import pytest

from rig import batch, wire
from rig.broker import KafkaBroker
from rig.gateway import eventually
from rig.people import BAD_AGE, GOOD
from rig.places import free_ports


def age_rules(minimum: int) -> dict:
    return {"topics": ["judged.*"], "rules": [
        {"name": "age-positive", "field": "person.age", "check": {"minimum": minimum}}]}


RULES = {"a.json": age_rules(0)}


@pytest.fixture
def own_broker():
    """A broker that a test may stop or kill."""
    with KafkaBroker(host="127.77.0.2") as running:
        yield running


def error_of(running, topic, value) -> int:
    with wire.Connection(running.host, running.port) as client:
        return client.produce({topic: {0: batch.batch([value])}}, 11)[0].error


def test_sigterm_lets_requests_in_flight_finish(gateway, broker, topic):
    name = topic("judged")
    running = gateway(rules=RULES)
    with wire.Connection(running.host, running.port) as client:
        assert client.produce({name: {0: batch.batch([GOOD])}}, 11)[0].error == 0
        os.kill(broker.process.pid, signal.SIGSTOP)
        try:
            asked = [client.send_produce({name: {0: batch.batch([GOOD])}}, 11) for _ in range(3)]
            time.sleep(0.3)
            running.process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
        finally:
            os.kill(broker.process.pid, signal.SIGCONT)
        assert [client.receive_produce(correlation, 11)[0].error for correlation in asked] == [0, 0, 0]
        assert client.closed_by_peer()
    assert running.process.wait(20) == 0


def test_sigterm_with_idle_connections_ends_soon(gateway):
    running = gateway(rules=RULES)
    connections = [wire.Connection(running.host, running.port) for _ in range(20)]
    connections[0].api_versions(0)
    began = time.monotonic()
    running.stop()
    assert time.monotonic() - began < 10
    assert all(connection.closed_by_peer() for connection in connections)


def test_a_changed_rule_file_is_taken_up(gateway, topic):
    name = topic("judged")
    running = gateway(rules=RULES)
    assert error_of(running, name, GOOD) == 0
    before = running.get("/v1/rules").text
    running.write_rules("a.json", age_rules(60))
    eventually("the new rule refuses", lambda: error_of(running, name, GOOD) == 87)
    assert running.get("/v1/rules").text != before
    running.write_rules("b.json", {"topics": ["judged.*"], "rules": [
        {"name": "has-email", "field": "person.mail", "check": {"required": True}}]})
    eventually("a new file is taken up", lambda: "has-email" in running.get("/v1/rules").text)
    (running.rules / "b.json").unlink()
    running.write_rules("a.json", age_rules(0))
    eventually("the old rule is back", lambda: error_of(running, name, GOOD) == 0)


def test_a_bad_rule_file_keeps_the_old_set_and_says_so(gateway, topic):
    name = topic("judged")
    running = gateway(rules=RULES)
    running.write_rules("a.json", '{"topics": ["judged.*"], "rules": [{"name": "age-positive", "feild": 1}]}')
    eventually("the log says so", lambda: "feild" in running.log_text())
    told = running.get("/v1/rules").json
    assert told["refused"] and any("feild" in problem["message"] for problem in told["problems"])
    assert [rule["name"] for rule in told["items"]] == ["age-positive"]
    assert running.metric(r"^assay_rules_refused") == 1
    assert error_of(running, name, BAD_AGE) == 87 and error_of(running, name, GOOD) == 0
    running.write_rules("a.json", age_rules(60))
    eventually("a good file is taken up again", lambda: error_of(running, name, GOOD) == 87)


def test_no_record_slips_through_while_rules_are_reloaded(gateway, upstream, topic):
    name = topic("judged")
    running = gateway(rules=RULES)
    with wire.Connection(running.host, running.port) as client:
        for i in range(300):
            if i % 20 == 0:
                running.write_rules("b.json", {"topics": ["judged.*"], "rules": [
                    {"name": f"other-{i}", "field": "person.other", "check": {"minimum": i}}]})
            assert client.produce({name: {0: batch.batch([BAD_AGE])}}, 11)[0].error == 87
    assert upstream.fetch(name, 0, wait_ms=100) == b""


def test_an_upstream_that_is_away_at_start_is_waited_for(gateway):
    port = free_ports(1, "127.77.0.2")
    running = gateway(ready=False, rules=RULES, upstream=f"127.77.0.2:{port}")
    running.wait_for_status("/healthz", 200)
    running.wait_for_status("/readyz", 503)
    assert running.process.poll() is None
    with KafkaBroker(host="127.77.0.2", port=port):
        running.wait_for_status("/readyz", 200, timeout_s=40)
        with wire.Connection(running.host, running.port) as client:
            assert client.metadata([])["brokers"]


def test_a_lost_upstream_closes_the_clients_side_and_invents_nothing(gateway, own_broker):
    running = gateway(rules=RULES, upstream=own_broker.address)
    with wire.Connection(own_broker.host, own_broker.port) as direct:
        direct.create_topic("judged.lost")
    eventually("the topic takes records", lambda: error_of(running, "judged.lost", GOOD) == 0)
    with wire.Connection(running.host, running.port) as client:
        client.api_versions(0)
        os.kill(own_broker.process.pid, signal.SIGSTOP)
        client.send_produce({"judged.lost": {0: batch.batch([GOOD])}}, 11)
        time.sleep(0.3)
        own_broker.kill()
        assert client.closed_by_peer(10)
    assert running.process.poll() is None
    own_broker.start()
    eventually("it goes on when the broker is back", lambda: produces(running), 40)


def produces(running) -> bool:
    try:
        return error_of(running, "judged.lost", GOOD) == 0
    except (OSError, EOFError):
        return False


def test_a_client_that_ends_its_side_still_gets_its_answers(gateway, topic):
    import socket
    name = topic("judged")
    running = gateway(rules=RULES)
    with wire.Connection(running.host, running.port) as client:
        asked = [client.send_produce({name: {0: batch.batch([value])}}, 11) for value in (GOOD, BAD_AGE, GOOD)]
        client.socket.shutdown(socket.SHUT_WR)
        assert [client.receive_produce(correlation, 11)[0].error for correlation in asked] == [0, 87, 0]
        assert client.closed_by_peer()


def test_a_reader_that_is_slow_does_not_make_the_gateway_hoard(gateway, topic):
    name = topic("plain", max_message_bytes=20_000_000)
    running = gateway(rules=RULES)
    with wire.Connection(running.host, running.port, timeout_s=60) as client:
        for _ in range(10):
            assert client.produce({name: {0: batch.batch([bytes(8_000_000)])}}, 11)[0].error == 0
        before = running.peak_memory_bytes()
        # Eighty megabytes are asked for twenty times and not read.
        for _ in range(20):
            ask_for_all(client, name)
        time.sleep(2)
        assert running.peak_memory_bytes() - before < 100 << 20


def ask_for_all(client, topic) -> None:
    w = wire.Writer(False)
    w.pack("iiiibii", -1, 100, 1, 90 << 20, 0, 0, -1)
    w.array([topic], lambda name: w.string(name).array(
        [0], lambda index: w.pack("iiqqi", index, -1, 0, -1, 90 << 20)))
    w.array([], None).string("")
    client.send(wire.FETCH, 11, bytes(w.out))


def test_many_connections_at_once(gateway, topic):
    name = topic("judged")
    running = gateway(rules=RULES)
    connections = [wire.Connection(running.host, running.port, timeout_s=60) for _ in range(300)]
    asked = [(c, c.send_produce({name: {0: batch.batch([GOOD if i % 2 else BAD_AGE])}}, 11))
             for i, c in enumerate(connections)]
    errors = [c.receive_produce(correlation, 11)[0].error for c, correlation in asked]
    assert errors == [0 if i % 2 else 87 for i in range(300)]
    for connection in connections:
        connection.close()
