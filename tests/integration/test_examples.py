"""Every example does what it says: what it accepts passes, what it rejects is refused by its own rules."""

import json
import pathlib

import pytest

from rig.places import ROOT

EXAMPLES = sorted(p.parent for p in (ROOT / "examples").glob("*/rule.json"))


def test_there_are_examples():
    assert len(EXAMPLES) >= 7


def topic_of(rule_file: pathlib.Path) -> str:
    """A topic that the first glob of the file matches."""
    document = json.loads(rule_file.read_text())
    globs = document.get("topics") or document["rules"][0]["topics"]
    return globs[0].replace("*", "x")


def check(assay, example: pathlib.Path, samples: str):
    flags = ["--rules", example / "rule.json", "--topic", topic_of(example / "rule.json")]
    for schema in sorted(example.glob("schema.*")):
        flags += ["--schema", schema]
    return assay("check", *flags, "--json", example / samples)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_the_example_accepts_and_rejects(assay, example):
    accepted = check(assay, example, "accept.jsonl")
    assert accepted.returncode == 0, accepted.stdout + accepted.stderr
    rejected = check(assay, example, "reject.jsonl")
    assert rejected.returncode == 1, rejected.stdout + rejected.stderr
    lines = [line for line in (example / "reject.jsonl").read_text().splitlines() if line.strip()]
    for name in {rule["name"] for rule in json.loads((example / "rule.json").read_text())["rules"]}:
        assert name in rejected.stdout, f"no rejected sample breaks {name}"
    # Each rejected line by itself, so that one bad line does not hide a good one.
    for line in lines:
        alone = assay("check", "--rules", example / "rule.json", "--topic", topic_of(example / "rule.json"),
                      *[word for schema in sorted(example.glob("schema.*")) for word in ("--schema", schema)],
                      "--json", "-", stdin=line + "\n")
        assert alone.returncode == 1, line
