"""The documents do what they say: their shell blocks are run, in order, against a real gateway and broker.

Behind the language of a fence stands what a block is. `sh`: run, must succeed; `sh fails`: must not; `sh serve`, `sh demo`:
`assay` is started so and stays up for the rest of the document; other tags (scripts/check-docs lists them) are not run here. `json
FILE`: that file. `json answer`, `text output`: what the block before printed, compared by shape: JSON by its members and
their types (a member "…" stands for more), text line by line with ids, times and numbers apart ("…" stands for any lines).
"""

import json
import os
import pathlib
import re
import signal
import subprocess

import pytest

from rig import batch, wire
from rig.gateway import Gateway, eventually, http
from rig.places import ASSAY, ROOT, free_ports

FENCE = re.compile(r"^```(\w+)(?: ([^\n`]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ULID = re.compile(r"\b01[0-9A-HJKMNP-TV-Z]{24}\b")
DOCUMENTS = sorted(path.relative_to(ROOT).as_posix() for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
                   if re.search(r"^```(sh|bash)( fails| serve| demo)?$", path.read_text(), re.MULTILINE))


class Reader:
    """Somebody who follows one document from top to bottom, in a folder of their own, with free ports for the usual ones."""

    def __init__(self, folder: pathlib.Path, broker: str):
        self.folder, self.running, self.log = folder, None, folder / "assay.log"
        first = free_ports(12)
        self.kafka, self.http, self.registry = (f"127.0.0.1:{port}" for port in (first, first + 10, first + 11))
        self.places = {"broker:9092": broker, "127.0.0.1:19092": self.kafka, "127.0.0.1:8080": self.http,
                       "127.0.0.1:8081": self.registry, "build/release/assay": "assay"}

    def here(self, text: str) -> str:
        for usual, place in self.places.items():
            text = text.replace(usual, place)
        return text

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.here(text))

    def start(self, command: str, sign: str) -> None:
        """`sign`: what it prints when it is up."""
        self.stop()
        words = self.here(command).split()
        assert words[0] == "assay", command
        if "--config" not in words:
            for flag, place in (("--listen", self.kafka), ("--http", self.http)):
                words += [] if flag in words else [flag, place]
        with self.log.open("wb") as log:
            self.running = subprocess.Popen([str(ASSAY), *words[1:]], cwd=self.folder, stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL)
        try:
            eventually(f"{command} is up", lambda: self.is_up(sign), 30)
        except AssertionError as problem:
            raise AssertionError(f"{problem}\n{self.log.read_text()}") from None

    def is_up(self, sign: str) -> bool:
        assert self.running.poll() is None, f"it ended with {self.running.returncode}"
        try:
            return sign in self.log.read_text() and http(f"http://{self.http}/readyz").status == 200
        except OSError:
            return False

    def stop(self) -> None:
        if self.running:
            self.running.send_signal(signal.SIGTERM)
            assert self.running.wait(30) == 0, self.log.read_text()
            self.running = None

    def run(self, commands: str) -> subprocess.CompletedProcess:
        """The ids that a document shows are other ones here: the newest reject's."""
        commands = self.here(commands)
        if ULID.search(commands):
            commands = ULID.sub(self.newest_reject(), commands)
        # `assay rejects` asks the usual port unless told otherwise.
        preamble = ('assay() { if [ "$1" = rejects ]; then command assay "$@" --http ' + f"http://{self.http}"
                    + '; else command assay "$@"; fi; }\n')
        environment = {**os.environ, "PATH": f"{ASSAY.parent}:{os.environ['PATH']}"}
        return subprocess.run(["bash", "-euo", "pipefail", "-c", preamble + commands], cwd=self.folder, env=environment,
                              capture_output=True, text=True, timeout=60)

    def newest_reject(self) -> str:
        def newest():
            return http(f"http://{self.http}/v1/rejects?limit=1&outcome=any").json["items"]
        return eventually("a reject to show", newest)[0]["id"]


@pytest.fixture
def reader(tmp_path, broker, topic, upstream):
    ensure_topics(upstream, "customers", "orders")
    made = Reader(tmp_path, broker.address)
    yield made
    made.stop()


def ensure_topics(upstream, *names) -> None:
    there = {entry["name"] for entry in upstream.metadata(None)["topics"]}
    for name in names:
        if name not in there:
            upstream.create_topic(name)


def steps_of(text: str):
    for fence in FENCE.finditer(text):
        language, tag, body = fence[1], fence[2] or "", fence[3]
        yield text.count("\n", 0, fence.start()) + 1, language, tag, body


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_a_document_shows_is_what_happens(document, reader):
    ran = None
    for line, language, tag, body in steps_of((ROOT / document).read_text()):
        place = f"{document}:{line}"
        if language in ("sh", "bash") and tag in ("", "fails"):
            ran = reader.run(body)
            told = f"{place}: status {ran.returncode}\n{ran.stdout}{ran.stderr}"
            assert (ran.returncode != 0) == (tag == "fails"), told
        elif tag == "serve":
            reader.start(body.strip(), "producers connect to")
        elif tag == "demo":
            demonstrate(reader, body, place)
        elif language == "json" and tag == "answer":
            compare_json(json.loads(body), answer_of(reader, ran, json.loads(body)), place)
        elif language == "text" and tag == "output":
            assert lines_match(shape_of(reader.here(body)), shape_of(ran.stdout)), f"{place}: printed was\n{ran.stdout}"
        elif language == "json" and "." in tag:
            reader.write(tag, body)


def test_the_refusal_in_the_readme_is_what_a_producer_is_told(gateway, upstream):
    ensure_topics(upstream, "customers")
    readme = (ROOT / "README.md").read_text()
    rule = next(body for _, _, tag, body in steps_of(readme) if tag == "rules/customers.json")
    running = gateway(rules={"customers.json": rule})
    with wire.Connection(running.host, running.port) as client:
        answer, = client.produce({"customers": {0: batch.batch([b'{"age":-1}'])}}, 11)
    (_, text), = answer.record_errors
    shown = re.search(r"^org\.apache\.kafka\.common\.InvalidRecordException: (.*)$", readme, re.MULTILINE)[1]
    assert ULID.sub("ID", text) == ULID.sub("ID", shown)


def demonstrate(reader: Reader, body: str, place: str) -> None:
    script = ROOT / body.split()[0]
    assert re.search(r"^exec build/release/assay demo \"\$@\"$", script.read_text(), re.MULTILINE), place
    reader.start(f"assay demo --registry-listen {reader.registry}", "stays up until Ctrl-C")


def answer_of(reader: Reader, ran: subprocess.CompletedProcess, shown):
    """Rejects are searchable some milliseconds after the answer to the producer: asked again while there are none."""
    def answer():
        found = json.loads(ran.stdout)
        empty = isinstance(shown, dict) and shown.get("items") and not found["items"]
        return (found,) if not empty else again()

    def again():
        ran.stdout = reader.run(ran.args[-1].split("\n", 1)[1]).stdout
        return None
    return eventually(f"what is asked for by {ran.args[-1]}", answer)[0]


def compare_json(shown, real, place: str) -> None:
    if isinstance(shown, dict):
        assert isinstance(real, dict), f"{place}: {real} is no object"
        more = "…" in shown
        wanted = set(shown) - {"…"}
        assert wanted <= set(real) and (more or wanted == set(real)), f"{place}: members {sorted(wanted ^ set(real))}"
        for name in wanted:
            compare_json(shown[name], real[name], f"{place}: {name}")
    elif isinstance(shown, list):
        assert isinstance(real, list) and bool(shown) == bool(real), f"{place}: {real}"
        for one, other in zip(shown, real):
            compare_json(one, other, f"{place}[]")
    elif isinstance(shown, str) and not ULID.search(shown) and not re.search(r"\d", shown):
        assert real == shown, f"{place}: {real!r}, not {shown!r}"
    elif isinstance(shown, bool) or shown is None:
        assert real is shown, f"{place}: {real}"
    else:
        assert type(real) is type(shown), f"{place}: {real!r} is of another kind than {shown!r}"


def shape_of(text: str) -> list:
    text = ULID.sub("ID", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z?", "TIME", text)
    text = re.sub(r"\d+(\.\d+)?", "N", text)
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def lines_match(shown: list, real: list) -> bool:
    if not shown:
        return not real
    if shown[0] == "…":
        return any(lines_match(shown[1:], real[at:]) for at in range(len(real) + 1))
    return bool(real) and shown[0] == real[0] and lines_match(shown[1:], real[1:])


def test_every_check_that_the_rules_page_shows_can_be_loaded(assay, tmp_path):
    page = (ROOT / "docs" / "rules.md").read_text()
    shown = [json.loads(text) for text in re.findall(r"(?<=`)\{ .*? \}(?=`)", page)]
    rules = [{"field": "a", **(one if "check" in one else {"check": one})} for one in shown]
    assert len(rules) > 15
    for number, rule in enumerate(rules):
        rule["name"] = f"shown-{number}"
    path = tmp_path / "shown.json"
    path.write_text(json.dumps({"topics": ["t"], "rules": rules}))
    run = assay("check", "--rules", path)
    assert run.returncode == 0, run.stderr


# --- what is exported is documented ---------------------------------------------------------------------------------

def documented_metrics() -> dict:
    """{name: its type}, of the table in docs/operations.md."""
    rows = re.findall(r"^\| (?:\*\*)?`(assay_\w+)`(?:\*\*)? \| (\w+) \|", (ROOT / "docs" / "operations.md").read_text(),
                      re.MULTILINE)
    assert len(rows) == len(dict(rows)), "a metric stands twice"
    return dict(rows)


def exported_metrics(gateway: Gateway) -> dict:
    return dict(re.findall(r"^# TYPE (\w+) (\w+)$", gateway.get("/metrics").text, re.MULTILINE))


def test_every_metric_is_documented_and_every_documented_one_is_there(gateway, topic):
    judged = topic("judged")
    away = f"http://127.0.0.1:{free_ports(1)}"
    running = gateway(registry=away, policies=["judged.*=schema:required"])
    with wire.Connection(running.host, running.port) as client:
        # A schema that has to be asked for: the registry's metrics are there once it was.
        answer, = client.produce({judged: {0: batch.batch([b"\0\0\0\0\1\2"])}}, 11)
    assert answer.error == 19, answer
    assert exported_metrics(running) == documented_metrics()


def test_metrics_that_other_pages_name_exist():
    told = {name: path.name for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
            for name in re.findall(r"`(assay_[a-z_]+)`", path.read_text())}
    assert {name: page for name, page in told.items() if name not in documented_metrics()} == {}


def test_the_labels_of_refused_frames_are_documented(gateway):
    row, = re.findall(r"^\| `assay_frames_refused_total`.*$", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE)
    told = set(re.findall(r"`(\w+)`", row)) - {"assay_frames_refused_total", "reason"}
    real = set(re.findall(r'^assay_frames_refused_total\{reason="(\w+)"\}', gateway().get("/metrics").text, re.MULTILINE))
    assert told == real
