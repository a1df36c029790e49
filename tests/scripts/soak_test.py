"""The soak's own checks find what they look for."""

import pathlib
import socket
import sys
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "soak"), str(TESTS / "integration")]

import ledger  # noqa: E402
import watch  # noqa: E402


def made(outcomes, bad=(), idempotent=False, bad_share=0.1, name="p"):
    """A ledger of that many records, told as `outcomes` says."""
    found = ledger.Ledger(name, 1, idempotent, bad_share)
    for number, outcome in enumerate(outcomes):
        found.next(False)
        found.bad[number] = number in bad
        found.told(f"{name}:{number}", outcome)
    return found


class Checks(unittest.TestCase):
    def one_problem(self, book, text, stored=(), kept=(), by_id=None):
        problems = list(book.problems({0: [f"p:{n}" for n in stored]}, {f"p:{n}" for n in kept}, by_id or {}))
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(text, problems[0])

    def test_all_in_order_is_no_problem(self):
        book = made([ledger.STORED, ledger.REFUSED, ledger.BATCH_MATE, ledger.FAILED], bad=[1])
        book.reject_ids[1] = "id"
        self.assertEqual(list(book.problems({0: ["p:0", "other:1"]}, {"p:1"}, {"id": "p:1"})), [])

    def test_what_is_lost_is_found(self):
        self.one_problem(made([ledger.STORED] * 2), "p:1: acknowledged, and lost", stored=[0])

    def test_untold_records_are_found(self):
        self.one_problem(made([ledger.UNTOLD]), "never told")

    def test_bad_records_that_were_acknowledged_are_found(self):
        self.one_problem(made([ledger.STORED], bad=[0]), "breaks a rule, and was acknowledged", stored=[0])

    def test_refusals_that_are_not_kept_are_found(self):
        self.one_problem(made([ledger.REFUSED], bad=[0]), "not in the store")

    def test_good_records_that_were_refused_are_found(self):
        self.one_problem(made([ledger.REFUSED]), "breaks no rule", kept=[0])

    def test_refused_batches_that_are_stored_are_found(self):
        self.one_problem(made([ledger.BATCH_MATE]), "stored all the same", stored=[0])

    def test_told_ids_that_lead_elsewhere_are_found(self):
        for row in (None, "p:7"):
            book = made([ledger.REFUSED], bad=[0])
            book.reject_ids[0] = "id"
            self.one_problem(book, "told of reject id", kept=[0], by_id={"id": row})

    def test_idempotent_records_that_are_doubled_or_overtaken_are_found(self):
        stored = [ledger.STORED] * 2
        self.one_problem(made(stored, idempotent=True), "stored before", stored=[1, 0])
        self.one_problem(made(stored, idempotent=True, bad_share=0), "stored 2 times", stored=[0, 0, 1])
        self.assertEqual(list(made(stored).problems({0: ["p:1", "p:0"]}, set(), {})), [])

    def test_rules_are_told_apart(self):
        book = ledger.Ledger("p", 1, False, 0.5)
        for number in range(200):
            _, value = book.next(True)
            self.assertEqual(ledger.conforms(value), not book.bad[number])
        self.assertTrue(0 < sum(book.bad) < 200)


class Markers(unittest.TestCase):
    def test_a_host_name_is_found_though_cut_in_two(self):
        for parts, times in (([b"x127.77", b".0.11y"], 1), ([b"127.77.0.", b"1"], 1), ([b"127.77.", b"1.0."], 0)):
            with socket.create_server(("127.0.0.1", 0)) as server, \
                    watch.Marker("127.0.0.2", [server.getsockname()[1]], "127.0.0.1", b"127.77.0.") as relay:
                with socket.create_connection(("127.0.0.2", server.getsockname()[1])) as client:
                    upstream, _ = server.accept()
                    with upstream:
                        for part in parts:
                            upstream.sendall(part)
                            self.assertEqual(client.recv(100), part)
                self.assertEqual(len(relay.found), times, parts)


class Life:
    def __init__(self, samples):
        self.memory = watch.Memory(None)
        self.memory.lives = {1: [mib << 20 for mib in samples]}


class MemoryBounds(unittest.TestCase):
    def problems(self, samples):
        return list(Life(samples).memory.problems())

    def test_growth_peaks_and_too_few_samples_are_found(self):
        self.assertEqual(self.problems([5] * 10 + [20] * 60), [])
        self.assertIn("grew by 40", self.problems([20] * 50 + [60] * 30)[0])
        self.assertIn("200 MiB at most", self.problems([20] * 40 + [200] + [20] * 40)[0])
        self.assertIn("says nothing", self.problems([20] * 12)[0])


if __name__ == "__main__":
    unittest.main()
