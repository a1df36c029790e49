"""Confluent's own serializers against the embedded registry, and what happens when a schema cannot be had."""

import http.server
import json
import struct
import threading
import time

import pytest
from confluent_kafka import Producer
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient, header_schema_id_serializer
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.json_schema import JSONSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

from rig import batch, wire
from rig.gateway import http as ask
from rig.places import free_ports

NONE, NOT_ENOUGH_REPLICAS, INVALID_RECORD = 0, 19, 87

AVRO = json.dumps({"type": "record", "name": "Person", "namespace": "crm", "fields": [
    {"name": "name", "type": "string"}, {"name": "age", "type": "int"},
    {"name": "email", "type": ["null", "string"], "default": None}]})
JSON_SCHEMA = json.dumps({"$schema": "http://json-schema.org/draft-07/schema#", "title": "Person", "type": "object",
                          "properties": {"name": {"type": "string"}, "age": {"type": "integer", "maximum": 150}},
                          "required": ["name"]})
RULES = {"people.json": {"topics": ["people.*"], "rules": [
    {"name": "age-positive", "field": "age", "check": {"exclusiveMinimum": 0}}]}}
REQUIRED = ["people.*=schema:required"]


@pytest.fixture
def running(gateway):
    return gateway(rules=RULES, policies=REQUIRED)


@pytest.fixture
def registry(running):
    return SchemaRegistryClient({"url": running.registry_url})


def context(topic):
    return SerializationContext(topic, MessageField.VALUE, headers={})


def send(running, topic, *values, headers=()):
    with wire.Connection(running.host, running.port) as client:
        records = [batch.Record(value, headers=list(headers)) for value in values]
        answer, = client.produce({topic: {0: batch.batch(records)}}, 11)
    return answer


def serializer_of(kind, registry, **config):
    if kind == "avro":
        return AvroSerializer(registry, AVRO, conf=config or None)
    return JSONSerializer(JSON_SCHEMA, registry, conf=config or None)


@pytest.mark.parametrize("kind", ["avro", "json"])
def test_records_of_confluents_serializers_are_judged(running, registry, topic, kind):
    name = topic("people")
    serialize = serializer_of(kind, registry)
    good = serialize({"name": "Ann", "age": 30, "email": None} if kind == "avro" else {"name": "Ann", "age": 30},
                     context(name))
    bad = serialize({"name": "Bob", "age": -4, "email": "b@x"} if kind == "avro" else {"name": "Bob", "age": -4},
                    context(name))
    assert good[0] == 0
    assert send(running, name, good).error == NONE
    answer = send(running, name, good, bad)
    assert answer.error == INVALID_RECORD
    (index, text), = answer.record_errors
    assert index == 1 and "age-positive" in text and "-4" in text
    row, = running.wait_for_rejects(1, topic=name)
    assert row["valueSchemaId"] == struct.unpack(">i", good[1:5])[0] and row["subject"] == f"{name}-value"
    assert running.get(f"/v1/rejects/{row['id']}").json["decoded"]["name"] == "Bob"


@pytest.mark.parametrize("kind", ["avro", "json"])
def test_a_schema_id_in_a_header_names_the_schema(running, registry, topic, kind):
    name = topic("people")
    serialize = serializer_of(kind, registry, **{"schema.id.serializer": header_schema_id_serializer})
    for age, error in ((30, NONE), (-1, INVALID_RECORD)):
        with_headers = context(name)
        value = serialize({"name": "Ann", "age": age, "email": None} if kind == "avro" else
                          {"name": "Ann", "age": age}, with_headers)
        headers = with_headers.headers
        headers = list(headers.items()) if isinstance(headers, dict) else list(headers)
        assert [header for header, _ in headers] == ["__value_schema_id"]
        assert send(running, name, value, headers=headers).error == error


def test_a_real_producer_and_consumer_with_avro(running, registry, topic, broker):
    name = topic("people")
    producer = Producer({"bootstrap.servers": running.bootstrap, "enable.idempotence": True})
    serialize, deserialize = AvroSerializer(registry, AVRO), AvroDeserializer(registry)
    failures = []
    for age in (1, 2, 3):
        producer.produce(name, serialize({"name": "Ann", "age": age, "email": "a@x"}, context(name)),
                         on_delivery=lambda error, _: error and failures.append(error))
    producer.flush(20)
    assert not failures
    with wire.Connection(running.host, running.port) as client:
        stored = client.fetch(name, 0)
    assert b"Ann" in stored
    assert deserialize(serialize({"name": "Ann", "age": 3, "email": None}, context(name)), context(name))["age"] == 3


@pytest.mark.parametrize("value, says", [
    (b'{"name":"Ann","age":3}', "plain JSON"),
    (b"", "empty"),
    (b"\0\0\0\0", "frame"),
    (b"\7\0\0\0\1abc", "binary"),
])
def test_a_missing_frame_is_told_with_what_the_bytes_look_like(running, topic, value, says):
    answer = send(running, topic("people"), value)
    assert answer.error == INVALID_RECORD and says in answer.record_errors[0][1]


def test_trailing_bytes_and_cut_payloads_are_violations(running, registry, topic):
    name = topic("people")
    good = AvroSerializer(registry, AVRO)({"name": "Ann", "age": 30, "email": None}, context(name))
    for value in (good + b"\0", good[:-1], good[:5]):
        assert send(running, name, value).error == INVALID_RECORD


def test_a_schema_of_another_subject_is_a_violation_that_names_the_owner(running, registry, topic):
    name, other = topic("people"), topic("elsewhere")
    value = AvroSerializer(registry, AVRO)({"name": "Ann", "age": 30, "email": None}, context(other))
    answer = send(running, name, value)
    assert answer.error == INVALID_RECORD and f"{other}-value" in answer.record_errors[0][1]


def test_an_unknown_schema_id_is_undecided_and_then_a_violation(running, topic):
    name = topic("people")
    value = b"\0" + struct.pack(">i", 999_999) + b"\2"
    began = time.monotonic()
    answers = []
    while time.monotonic() - began < 20:
        answer = send(running, name, value)
        answers.append(answer.error)
        if answer.error == INVALID_RECORD:
            break
        assert answer.error == NOT_ENOUGH_REPLICAS and answer.message.startswith("assay: undecided: ")
        time.sleep(0.3)
    assert answers[-1] == INVALID_RECORD and "999999" in answer.record_errors[0][1]
    assert time.monotonic() - began >= 4, "a registry's replicas lag: it is asked again after a grace"


class FakeRegistry:
    """A registry whose answers a test decides: {path: (status, document)}; everything else is 404."""

    def __init__(self):
        self.answers, self.asked, self.broken = {}, [], None
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append((self.path, self.headers.get("Authorization")))
                path = self.path.split("?")[0]
                status, document = outer.answers.get(path, (404, {"error_code": 40403, "message": "Schema not found"}))
                if outer.broken:
                    status, document = outer.broken, {"error_code": outer.broken * 100, "message": "away"}
                body = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/vnd.schemaregistry.v1+json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", free_ports(1)), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def add(self, schema_id, subject, schema):
        self.answers |= {
            f"/schemas/ids/{schema_id}": (200, {"schema": schema, "schemaType": "AVRO"}),
            f"/schemas/ids/{schema_id}/versions": (200, [{"subject": subject, "version": 1}]),
            f"/schemas/ids/{schema_id}/subjects": (200, [subject]),
            f"/subjects/{subject}/versions": (200, [1]),
            f"/subjects/{subject}/versions/1": (200, {"subject": subject, "version": 1, "id": schema_id,
                                                      "schema": schema, "schemaType": "AVRO"}),
        }

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def fake():
    made = FakeRegistry()
    yield made
    made.stop()


def avro_person(schema_id, age=30):
    zigzag = batch.zigzag
    return b"\0" + struct.pack(">i", schema_id) + zigzag(3) + b"Ann" + zigzag(age) + zigzag(0)


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_registry_that_refuses_makes_records_undecided(gateway, fake, topic, status):
    name = topic("people")
    fake.add(7, f"{name}-value", AVRO)
    running = gateway(rules=RULES, policies=REQUIRED, registry=fake.url)
    fake.broken = status
    answer = send(running, name, avro_person(7))
    assert answer.error == NOT_ENOUGH_REPLICAS and answer.message.startswith("assay: undecided: ")
    assert str(status) in answer.message
    assert running.rejects(topic=name) == []
    fake.broken = None
    deadline = time.monotonic() + 30
    while (answer := send(running, name, avro_person(7))).error != NONE:
        assert answer.error == NOT_ENOUGH_REPLICAS and time.monotonic() < deadline
        time.sleep(0.5)


def test_schemas_that_are_known_are_judged_with_while_the_registry_is_away(gateway, fake, topic):
    name = topic("people")
    fake.add(7, f"{name}-value", AVRO)
    running = gateway(rules=RULES, policies=REQUIRED, registry=fake.url)
    assert send(running, name, avro_person(7)).error == NONE
    fake.broken = 503
    running.stop()
    running.restart()  # schemas are kept on disk
    assert send(running, name, avro_person(7)).error == NONE
    assert send(running, name, avro_person(7, age=-1)).error == INVALID_RECORD


@pytest.mark.parametrize("policy, error", [("retry", NOT_ENOUGH_REPLICAS), ("accept", NONE), ("reject", INVALID_RECORD)])
def test_undecided_is_answered_as_the_topic_says(gateway, fake, topic, policy, error):
    name = topic("people")
    running = gateway(rules=RULES, policies=[f"people.*=schema:required,onUndecided:{policy}"], registry=fake.url)
    fake.broken = 503
    assert send(running, name, avro_person(7)).error == error


def test_basic_auth_reaches_the_registry(gateway, fake, topic):
    name = topic("people")
    fake.add(7, f"{name}-value", AVRO)
    running = gateway(rules=RULES, policies=REQUIRED, registry=fake.url.replace("http://", "http://ann:pass%20word@"))
    assert send(running, name, avro_person(7)).error == NONE
    assert {auth for _, auth in fake.asked} == {"Basic YW5uOnBhc3Mgd29yZA=="}
    running.stop()
    assert "pass" not in running.log_text()


def test_the_embedded_registry_answers_what_serializers_need(running, registry):
    first = registry.register_schema("s-value", Schema(AVRO, "AVRO"))
    assert registry.register_schema("s-value", Schema(AVRO, "AVRO")) == first
    assert json.loads(registry.get_schema(first).schema_str) == json.loads(AVRO)
    assert registry.get_subjects() == ["s-value"]
    assert registry.get_versions("s-value") == [1]
    latest = registry.get_latest_version("s-value")
    assert (latest.version, latest.schema_id) == (1, first)
    assert registry.lookup_schema("s-value", Schema(AVRO, "AVRO")).schema_id == first
    assert registry.register_schema("j-value", Schema(JSON_SCHEMA, "JSON")) != first
    guid = ask(f"{running.registry_url}/subjects/s-value/versions/1").json["guid"]
    assert ask(f"{running.registry_url}/schemas/guids/{guid}").status == 200
    for path, code in (("/associations/resources/-/s?resourceType=topic&associationType=value", 404),
                       ("/subjects/none/versions/latest", 40401), ("/schemas/ids/4711", 40403),
                       ("/subjects/s-value/versions/9", 40402)):
        answer = ask(running.registry_url + path)
        assert answer.status == 404
        if code > 999:
            assert set(answer.json) == {"error_code", "message"} and answer.json["error_code"] == code
    refused = ask(f"{running.registry_url}/subjects/s-value/versions", body={"schema": '{"type":"recor"}'})
    assert refused.status == 422 and refused.json["error_code"] == 42201


def test_schemas_survive_a_restart(running, registry):
    schema_id = registry.register_schema("s-value", Schema(AVRO, "AVRO"))
    running.kill()
    running.restart()
    again = SchemaRegistryClient({"url": running.registry_url})
    assert json.loads(again.get_schema(schema_id).schema_str) == json.loads(AVRO)
