"""What goes wrong outside, and what it gets: told where and what to do, or closed and counted."""

import json
import socket
import struct

import pytest

from rig import batch, wire
from rig.gateway import eventually
from rig.people import GOOD
from rig.places import free_ports

RULES = {"a.json": {"topics": ["judged.*"], "rules": [
    {"name": "age-positive", "field": "person.age", "check": {"minimum": 0}}]}}


def serve(assay, tmp_path, *flags, **more):
    base = free_ports(12)
    return assay("serve", "--upstream", "127.0.0.1:1", "--listen", f"127.0.0.1:{base}", "--http",
                 f"127.0.0.1:{base + 10}", "--data-dir", tmp_path / "data", *flags, timeout_s=20, **more)


def test_an_unknown_config_key_is_told_with_its_place_and_a_suggestion(assay, tmp_path):
    config = tmp_path / "assay.json"
    config.write_text('{\n  "upsteam": "127.0.0.1:9092"\n}\n')
    run = assay("serve", "--config", config)
    assert run.returncode == 2
    assert "assay.json:2:" in run.stderr and "upsteam" in run.stderr and "upstream" in run.stderr


@pytest.mark.parametrize("text", ["", "{", "[]", '{"upstream": 5}', '{"upstream": "a:9092", "upstream": "b:9092"}'])
def test_a_config_that_is_none_is_told_with_its_place(assay, tmp_path, text):
    config = tmp_path / "assay.json"
    config.write_text(text)
    run = assay("serve", "--config", config)
    assert run.returncode == 2 and "assay.json:1:" in run.stderr


def test_a_missing_config_file_is_told(assay, tmp_path):
    run = assay("serve", "--config", tmp_path / "none.json")
    assert run.returncode == 2 and "none.json" in run.stderr


def test_an_unknown_flag_is_told(assay):
    run = assay("serve", "--upstraem", "a:1")
    assert run.returncode == 2 and "upstraem" in run.stderr


def test_a_wildcard_bind_without_an_advertised_host_is_refused(assay, tmp_path):
    port = free_ports(12)
    for host in ("0.0.0.0", "[::]"):
        run = assay("serve", "--upstream", "127.0.0.1:1", "--listen", f"{host}:{port}", "--data-dir", tmp_path,
                    timeout_s=20)
        assert run.returncode == 2 and "--advertise" in run.stderr


@pytest.mark.parametrize("flag", ["--listen", "--http", "--registry-listen"])
def test_a_port_in_use_is_named(assay, tmp_path, flag):
    base = free_ports(12)
    ports = {"--listen": base, "--http": base + 10, "--registry-listen": base + 11}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", ports[flag]))
        taken.listen()
        flags = [word for name, port in ports.items() for word in (name, f"127.0.0.1:{port}")]
        run = assay("serve", "--upstream", "127.0.0.1:1", *flags, "--data-dir", tmp_path, timeout_s=20)
    assert run.returncode not in (0, None) and f"127.0.0.1:{ports[flag]}" in run.stderr and "in use" in run.stderr


def test_a_frame_over_the_limit_closes_the_connection_and_is_counted(gateway, topic):
    running = gateway(rules=RULES)
    for size in (104_857_601, 2**31 - 1, -1):
        with wire.Connection(running.host, running.port) as client:
            client.socket.sendall(struct.pack(">i", size) + bytes(64))
            assert client.closed_by_peer()
    assert eventually("they are counted", lambda: running.metric(r"^assay_frames_refused_total") >= 3)
    assert running.peak_memory_bytes() < 200 << 20
    with wire.Connection(running.host, running.port) as client:
        assert client.produce({topic("judged"): {0: batch.batch([GOOD])}}, 11)[0].error == 0


CLIENT_HELLO = bytes.fromhex("16030100c8010000c40303") + bytes(200)


@pytest.mark.parametrize("sent, says", [(CLIENT_HELLO, "TLS"), (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP")])
def test_bytes_that_are_not_kafka_are_closed_with_a_log_line_that_says_so(gateway, sent, says):
    running = gateway(rules=RULES)
    with wire.Connection(running.host, running.port) as client:
        client.socket.sendall(sent)
        assert client.closed_by_peer()
    eventually("the log says so", lambda: says in running.log_text())


def test_noise_and_cut_frames_close_and_harm_nobody(gateway, topic):
    running = gateway(rules=RULES)
    for noise in (b"\0\0\0\0", b"\0\0\0\x08\0\0\0\x0b\0\0\0\1", b"\0\0\0\x14" + b"\xff" * 20, b"\0\0\1\0abc"):
        with wire.Connection(running.host, running.port) as client:
            client.socket.sendall(noise)
            client.socket.shutdown(socket.SHUT_WR)
            assert client.closed_by_peer()
    name = topic("judged")
    whole = batch.batch([GOOD])
    with wire.Connection(running.host, running.port) as client:
        sending = client.send_produce({name: {0: whole}}, 11)
        assert client.receive_produce(sending, 11)[0].error == 0
    with wire.Connection(running.host, running.port) as client:
        # A Produce request whose inner lengths point beyond it.
        client.send(wire.PRODUCE, 11, b"\0\xff\xff\0\0\0\1\x7f" + b"\xff" * 10)
        assert client.closed_by_peer()
    assert running.process.poll() is None


@pytest.mark.parametrize("rules, says", [
    ({"topics": ["a"], "rules": [{"name": "n", "field": "x", "check": {"minimun": 3}}]}, ["minimun", "minimum"]),
    ({"topics": ["a"], "rules": [{"name": "n", "field": "x", "check": {"minimum": 5, "maximum": 3}}]}, ["minimum"]),
    ({"topics": ["a"], "rules": [{"name": "n", "feild": "x", "check": {"minimum": 5}}]}, ["feild", "field"]),
    ({"topics": ["a"], "rules": [{"name": "n", "field": "x[", "check": {"minimum": 5}}]}, ["x["]),
    ({"topics": ["a"], "rules": [{"name": "n", "field": "x", "check": {"pattern": "("}}]}, ["pattern"]),
    ({"topics": ["a"], "rules": [{"name": "n", "field": "x", "check": {}}]}, ["check"]),
    ({"rules": [{"name": "n", "field": "x", "check": {"minimum": 5}}]}, ["topics"]),
    ({"topics": ["a"], "rules": [{"name": "n", "field": "x", "check": {"minimum": 5}},
                                 {"name": "n", "field": "y", "check": {"minimum": 5}}]}, ["n"]),
])
def test_a_bad_rule_is_refused_at_load_with_its_place(assay, tmp_path, rules, says):
    rule_file = tmp_path / "rules.json"
    rule_file.write_text(json.dumps(rules, indent=2))
    run = serve(assay, tmp_path, "--rules", rule_file)
    assert run.returncode == 2
    assert "rules.json:" in run.stderr
    for word in says:
        assert word in run.stderr
    lint = assay("check", "--rules", rule_file)
    assert lint.returncode != 0 and says[0] in lint.stdout + lint.stderr


@pytest.mark.parametrize("request_bytes", [
    b"GET /v1/rejects HTTP/9.9\r\n\r\n", b"BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST /v1/validations HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
    b"POST /v1/validations HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n{[(",
])
def test_bad_http_gets_an_error_and_harms_nobody(gateway, request_bytes):
    running = gateway(rules=RULES)
    with socket.create_connection(("127.0.0.1", running.http_port), 10) as client:
        client.sendall(request_bytes)
        client.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while part := client.recv(65536):
                answer += part
        except ConnectionError:
            pass
    assert not answer or answer.startswith(b"HTTP/1.") and answer.split()[1][:1] in (b"4", b"5")
    assert running.get("/healthz").status == 200
