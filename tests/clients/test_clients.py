"""Every client, in every mode and with every codec that it has, with bad records among good ones.

What must hold for each of them: what was acknowledged is stored, once, in order and at the offset that was told; nothing
else is; no bad record is; the refusal reaches the application; and after it the client goes on.
"""

import json
import uuid

import pytest

import matrix
import report
import run
from rig import batch

BAD = "age is negative"
# A round is sent at once and awaited before the next: (partition, good?) for each record.
ROUNDS = (
    [(0, True)] * 3,
    [(0, True), (0, False), (0, True), (0, False)],
    [(0, True)] * 3,
    [(0, True), (1, False), (0, True), (1, True)],  # a partition that is refused beside one that is not
    [(0, True), (1, True)] * 2,
)
REFUSED = (1, 3)
# With a batch for each record, several are on their way when one of them is refused.
SINGLE_ROUNDS = ([(0, index != 3) for index in range(10)], [(0, True)] * 4)


def record(number, index, partition, good):
    value = {"person": {"age": index + 1 if good else -1, "email": "a@example.org"}, "id": f"{number}-{index}",
             "pad": "z" * 300}
    return {"partition": partition, "value": json.dumps(value)}


def rounds_of(shape):
    return [[record(number, index, *each) for index, each in enumerate(one)] for number, one in enumerate(shape)]


def bad(rounds, number, index):
    return json.loads(rounds[number][index]["value"])["person"]["age"] < 0


def check_stored(broker, topic, rounds, records, whole_calls=False, concurrent_calls=False):
    """What is acknowledged is stored, and nothing else. With `whole_calls` a good record may be stored though its call has
    failed, when none of its partition in that call is bad."""
    told = {partition: [] for partition in run.PARTITIONS}
    assert sorted((r["round"], r["index"]) for r in records) == [
        (number, index) for number, one in enumerate(rounds) for index in range(len(one))], "each record has one outcome"
    for outcome in sorted(records, key=lambda r: (r["round"], r["index"])):
        if outcome["acked"]:
            assert not bad(rounds, outcome["round"], outcome["index"]), f"acknowledged: {outcome}"
            sent = rounds[outcome["round"]][outcome["index"]]
            told[sent["partition"]].append((outcome["offset"], sent["value"]))
    kept = run.stored(broker, topic)
    for partition in run.PARTITIONS:
        values = [value for _, value in kept[partition]]
        acked = [value for _, value in told[partition]]
        if whole_calls:
            unsure = [r["value"] for number, one in enumerate(rounds) for r in one if r["partition"] == partition
                      and not any(bad(rounds, number, i) for i, o in enumerate(one) if o["partition"] == partition)]
            values = [value for value in values if value in acked or value not in unsure]
            if concurrent_calls:  # their order is not the client's
                values, acked = sorted(values), sorted(acked)
        assert values == acked, f"{topic}-{partition}: stored and acknowledged differ"
        for offset, value in told[partition]:
            assert offset is None or (offset, value) in kept[partition], "the offset that was told"


def check_refusals(rounds, records):
    for outcome in records:
        if bad(rounds, outcome["round"], outcome["index"]):
            assert outcome["error"] or outcome["message"], "the application is told something"


def outcome_of(records, number):
    return [r["acked"] for r in records if r["round"] == number]


def pairs(modes, of=lambda client: client.modes):
    """(client, mode) for each client that has the mode."""
    return [pytest.param(client, mode, id=f"{client.name}-{mode}")
            for client in matrix.CLIENTS for mode in modes if mode in of(client)]


def settled(events, codec, rounds):
    """The outcomes for one codec; whatever a transaction that was not committed took with it has failed."""
    found = events.of(codec)
    for transaction in events.of(codec, "transactions"):
        if not transaction["committed"]:
            told = {r["index"]: r for r in found if r["round"] == transaction["round"] and not r["acked"]}
            found = [r for r in found if r["round"] != transaction["round"]]
            found += [told.get(index, {"round": transaction["round"], "index": index, "acked": False,
                                       "error": "aborted", "message": transaction["error"]})
                      for index in range(len(rounds[transaction["round"]]))]
    return found


@pytest.mark.parametrize("client, mode", pairs(matrix.PRODUCES))
def test_produces_with_bad_records_among_good_ones(client, mode, gateway, broker, upstream, make_topics, tmp_path):
    rounds = rounds_of(ROUNDS)
    topic = make_topics(client.codecs)
    events = run.drive(client, gateway.bootstrap, topic, mode, client.codecs, rounds, fresh=mode in client.fresh,
                       again=mode in client.again, log=tmp_path / "driver.log")
    for codec in client.codecs:
        records = settled(events, codec, rounds)
        check_stored(broker, f"{topic}.{codec}", rounds, records,
                     client.whole_calls and mode not in client.whole_requests)
        check_refusals(rounds, records)
        for number in range(len(ROUNDS)):
            if number not in REFUSED:
                assert all(outcome_of(records, number)), f"{codec}: round {number} goes through: {records}"
        assert run.codecs_stored(upstream, f"{topic}.{codec}") == {codec}
    report.produced(client, mode, events, bad=(1, 3), alone=REFUSED[0], mixed=(REFUSED[1], (0, 2)))


@pytest.mark.parametrize("client, mode", pairs(("idempotent",)))
def test_one_of_several_batches_on_their_way_is_refused(client, mode, gateway, broker, make_topics, tmp_path):
    rounds = rounds_of(SINGLE_ROUNDS)
    topic = make_topics(["none"])
    events = run.drive(client, gateway.bootstrap, topic, mode, ["none"], rounds, fresh=mode in client.fresh, single=True,
                       log=tmp_path / "driver.log")
    check_stored(broker, f"{topic}.none", rounds, events.records, client.whole_calls, concurrent_calls=True)
    assert all(outcome_of(events.records, 1)), f"it goes on: {events.records}"


@pytest.mark.parametrize("client, mode", pairs(matrix.PRODUCES, lambda client: client.fresh + client.again))
def test_what_is_said_to_follow_a_refusal_does(client, mode, gateway, broker, make_topics, tmp_path):
    rounds = rounds_of(ROUNDS)
    topic = make_topics(["none"])
    events = run.drive(client, gateway.bootstrap, topic, mode, ["none"], rounds, log=tmp_path / "driver.log")
    records = settled(events, "none", rounds)
    check_stored(broker, f"{topic}.none", rounds, records, client.whole_calls)
    assert not all(outcome_of(records, 2)), "docs/clients.md says that this fails"


@pytest.fixture(scope="session")
def filled(upstream, make_topics):
    """Topics that hold 2 batches of 10 records in each partition, one topic for each codec; and their values."""
    prefix = make_topics(matrix.CODECS)
    values = {}
    for codec in matrix.CODECS:
        topic = f"{prefix}.{codec}"
        for partition in run.PARTITIONS:
            for number in range(2):
                made = [f"{codec}-{partition}-{number}-{index}-" + "z" * 50 for index in range(10)]
                answer, = upstream.produce({topic: {partition: batch.batch([m.encode() for m in made], codec)}})
                assert answer.error == 0, answer
                values.setdefault(codec, []).extend(made)
    return prefix, values


@pytest.mark.passes_through
@pytest.mark.parametrize("client, mode", pairs(matrix.READS))
def test_reads_everything(client, mode, gateway, broker, filled, tmp_path):
    prefix, values = filled
    group = f"{client.name}-{mode}-{uuid.uuid4().hex[:6]}"
    if mode == "share":
        run.share_from_the_beginning(broker, group)
    expected = sorted(value for codec in client.codecs for value in values[codec])
    events = run.drive(client, gateway.bootstrap, prefix, mode, client.codecs, group=group, count=len(expected),
                       log=tmp_path / "driver.log")
    assert sorted(r["value"] for r in events.reads) == expected
    if mode in ("group", "group-new"):
        assert run.committed(broker, group, prefix, client.codecs) == len(expected), "offsets are committed"
    report.read(client, mode, events)


def test_the_table_of_the_docs_is_what_was_seen(request):
    missing = [f"{client.name} {mode}" for client in matrix.CLIENTS for mode in client.modes
               if mode not in report.SEEN.get(client.name, {})]
    assert not missing, "did not run, or failed"
    made = report.table(matrix.CLIENTS)
    if request.config.getoption("--write-docs"):
        report.write(made)
    assert report.committed() == made, "scripts/test clients --write-docs writes it"
