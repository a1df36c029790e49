// What Java's org.apache.avro says of the same schemas, and bytes that it wrote
// (tests/data/avro/golden/Golden.java).
#include <gmock/gmock.h>

#include <fstream>

#include "harness.h"

namespace assay::schema::avro {
namespace {

std::vector<std::vector<std::string>> rows(const std::string& file) {
  std::ifstream in(ASSAY_TEST_DATA "/avro/golden/" + file);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> cells(1);
    for (const char c : line) {
      if (c == '\t') {
        cells.emplace_back();
      } else {
        cells.back() += c;
      }
    }
    rows.push_back(std::move(cells));
  }
  return rows;
}

Buffer from_hex(std::string_view hex) {
  Buffer bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

TEST(Golden, SchemasAreTakenAndRefusedAsByJava) {
  const auto schemas = rows("schemas.tsv");
  ASSERT_GT(schemas.size(), 100U);
  for (const auto& row : schemas) {
    SCOPED_TRACE(row[1]);
    const auto schema = parse(row[1], {}, {});
    EXPECT_EQ(schema.has_value(), row[0] == "ok") << (schema ? "" : schema.error().message());
    if (schema) {
      EXPECT_EQ(canonical_form(**schema), row[2]);
    }
  }
}

TEST(Golden, BodiesOfJavaConform) {
  const auto bodies = rows("bodies.tsv");
  ASSERT_GT(bodies.size(), 100U);
  for (const auto& row : bodies) {
    SCOPED_TRACE(row[0] + " " + row[1]);
    if (row[0] == R"("bytes")") continue;  // bare when it is a whole body: not Java's encoding
    const Checked checked(row[0], {"$"});
    const Outcome outcome = checked.run(from_hex(row[1]));
    EXPECT_EQ(outcome.walk, Walk::conforms) << outcome.reason();
    EXPECT_TRUE(checked.schema().to_json(from_hex(row[1])).has_value());
  }
}

}  // namespace
}  // namespace assay::schema::avro
