"""The checkers check: what is against a rule is found, what is not is let through."""

import importlib.machinery
import importlib.util
import pathlib
import unittest

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"


def load(name):
    loader = importlib.machinery.SourceFileLoader(name.replace("-", "_"), str(SCRIPTS / name))
    loader_spec = importlib.util.spec_from_loader(loader.name, loader)
    module = importlib.util.module_from_spec(loader_spec)
    loader.exec_module(module)
    return module


layers, style, docs = load("check-layers"), load("check-style"), load("check-docs")


class Layers(unittest.TestCase):
    def assert_refused(self, path, include):
        self.assertEqual(len(layers.problems_of(path, f"#pragma once\n#include {include}\n")), 1, (path, include))

    def assert_allowed(self, path, include):
        self.assertEqual(layers.problems_of(path, f"#include {include}\n"), [])

    def test_includes_against_the_arrows_are_refused(self):
        self.assert_refused("base/clock.h", '"record/value.h"')
        self.assert_refused("kafka/wire/reader.h", '"registry/schema/schema.h"')
        self.assert_refused("rules/checks.cc", '"registry/schema/schema.h"')
        self.assert_refused("registry/schema/schema.h", '"rules/program.h"')
        self.assert_refused("registry/schema/avro/model.cc", '"registry/store/store.h"')
        self.assert_refused("io/net/stream.h", '"record/value.h"')
        self.assert_refused("proxy/produce/inspect.cc", '"io/net/stream.h"')
        self.assert_refused("proxy/produce/inspect.cc", '"rejects/journal.h"')
        self.assert_refused("judge/plan.cc", '"proxy/produce/snapshot.h"')

    def test_includes_along_the_arrows_are_allowed(self):
        self.assert_allowed("base/clock.cc", '"base/clock.h"')
        self.assert_allowed("judge/plan.h", '"rules/program.h"')
        self.assert_allowed("registry/store/store.cc", '"io/sqlite/database.h"')
        self.assert_allowed("registry/schema/avro/model.cc", '"registry/schema/schema.h"')
        self.assert_allowed("proxy/produce/inspect.h", '"rejects/draft.h"')
        self.assert_allowed("proxy/app.cc", '"rejects/journal.h"')
        self.assert_allowed("tests/unit/base/clock_test.cc", '"proxy/app.h"')

    def test_schema_formats_do_not_know_one_another(self):
        self.assert_refused("registry/schema/avro/model.cc", '"registry/schema/json_schema/compile.h"')

    def test_wrapped_libraries_stay_in_their_room(self):
        for library in ("boost/asio.hpp", "boost/beast/http.hpp", "openssl/evp.h", "librdkafka/rdkafka.h", "sqlite3.h"):
            self.assert_refused("proxy/net/session.cc", f"<{library}>")
            self.assert_allowed("io/net/stream.cc", f"<{library}>")
        self.assert_refused("proxy/produce/rewrite.cc", "<zstd.h>")
        self.assert_allowed("proxy/app.cc", "<boost/system/result.hpp>")

    def test_the_line_is_told(self):
        self.assertTrue(layers.problems_of("base/a.h", '\n\n#include "io/b.h"\n')[0].startswith("base/a.h:3: "))


class Style(unittest.TestCase):
    def found(self, path, text):
        return [problem.split(": ", 1)[1] for problem in style.problems_of(path, text)]

    def test_good_source_passes(self):
        self.assertEqual(self.found("base/a.h", "#pragma once\n// Counts.\nint count();\n"), [])

    def test_sizes(self):
        self.assertIn("401 lines", self.found("base/a.cc", "int a;\n" * 401)[0])
        self.assertEqual(self.found("base/a.cc", "int a;\n" * 400), [])
        body = "  step();\n"
        self.assertIn("a function of 71 lines", self.found("base/a.cc", "void f() {\n" + body * 69 + "}\n")[0])
        self.assertEqual(self.found("base/a.cc", "void f() {\n" + body * 68 + "}\n"), [])
        inside = "class A {\n  void f(int a,\n         int b) {\n" + "    step();\n" * 80 + "  }\n};\n"
        self.assertIn("a function of 83 lines", self.found("base/a.cc", inside)[0])
        table = "constexpr int kTable[] = {\n" + "    1,\n" * 90 + "};\n"
        self.assertEqual(self.found("base/a.cc", table), [])
        self.assertEqual(self.found("base/a.cc", "namespace assay {\n" + "int a();\n" * 90 + "}\n"), [])

    def test_leftovers(self):
        self.assertTrue(self.found("base/a.cc", "// TO" "DO: later\n"))
        self.assertTrue(self.found("tests/unit/a.cc", "TEST(A, DISABLE" "D_b) {}\n"))
        self.assertTrue(self.found("base/a.cc", "// x = y();\n"))

    def test_printing(self):
        self.assertTrue(self.found("base/a.cc", "void f() { std::cout << 1; }\n"))
        self.assertTrue(self.found("io/a.cc", '  printf("x");\n'))
        self.assertEqual(self.found("base/a.cc", '  std::snprintf(at, 3, "x");\n'), [])
        self.assertEqual(self.found("proxy/main.cc", "  std::cout << 1;\n"), [])

    def test_headers_have_a_guard(self):
        self.assertTrue(self.found("base/a.h", "int a;\n"))

    def test_paths_and_hosts(self):
        self.assertTrue(self.found("docs/a.md", "see /hom" "e/ann/assay/\n"))
        self.assertTrue(self.found("scripts/a.py", "https://regist" "ry.somewhere.net/x\n"))
        self.assertEqual(self.found("scripts/a.py", "https://regist" "ry.example.org/x\n"), [])
        self.assertEqual(self.found("docs/a.md", "http://localhost:8081 and tests/home/x\n"), [])


class Docs(unittest.TestCase):
    """Without the command: its help is given."""

    def setUp(self):
        self.helps = {(): "  --version   \n", ("serve",): "  --config FILE   \n  -h,--help\n  --observe   \n"}
        self.help_of, docs.help_of = docs.help_of, lambda names: self.helps.get(names)
        self.addCleanup(setattr, docs, "help_of", self.help_of)

    def test_flags_that_the_command_does_not_have(self):
        def found(command):
            return list(docs.flag_problems(f"```sh\n{command}\n```\n", "a.md"))
        self.assertEqual(found("assay serve --observe --config a.json"), [])
        self.assertIn("--obsevre", found("assay serve --obsevre")[0])
        self.assertIn("assay sevre", found("assay sevre --observe")[0])
        self.assertEqual(found("docker run --name assay --publish 1:1 x"), [])

    def test_tables_of_flags_are_complete(self):
        def found(*rows):
            table = "<!-- flags: serve -->\n| a | b |\n|---|---|\n" + "".join(f"| `{row}` | |\n" for row in rows)
            return list(docs.table_problems(table, "a.md"))
        self.assertEqual(found("--config FILE", "--observe"), [])
        self.assertIn("--observe of assay serve is not in the table", found("--config FILE")[0])
        self.assertIn("has no --more", found("--config FILE", "--observe", "--more")[0])

    def test_tables_of_keys_hold_names_and_defaults(self):
        real = docs.keys_of("topic")
        self.assertEqual(real["onUndecided"], "retry")

        def found(keys):
            rows = "".join(f"| `{key}` | `{default}` | |\n" for key, default in keys.items())
            return list(docs.table_problems("<!-- keys: topic -->\n| a | b | c |\n|---|---|---|\n" + rows, "a.md"))
        self.assertEqual(found(real), [])
        self.assertIn("onUndecided is retry by default, not accept", found(real | {"onUndecided": "accept"})[0])
        self.assertEqual(len(found({key: value for key, value in real.items() if key != "acks0"})), 1)

    def test_shell_blocks_parse_and_are_tagged_with_what_is_known(self):
        self.assertEqual(list(docs.shell_problems("```sh fails\nfalse\n```\n", "a.md")), [])
        self.assertEqual(len(list(docs.shell_problems("```sh\nif true\n```\n", "a.md"))), 1)
        self.assertIn("kubernetes", list(docs.shell_problems("```sh kubernetes\ntrue\n```\n", "a.md"))[0])

    def test_every_operation_has_a_heading(self):
        text = (docs.ROOT / "docs" / "http.md").read_text()
        self.assertEqual(list(docs.operation_problems(text, "docs/http.md")), [])
        changed = text.replace("### `GET /v1/stats`", "### `GET /v1/statistics`")
        self.assertEqual(len(list(docs.operation_problems(changed, "docs/http.md"))), 2)


if __name__ == "__main__":
    unittest.main()
