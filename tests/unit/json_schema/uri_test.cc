#include "registry/schema/json_schema/uri.h"

#include <gtest/gtest.h>

namespace assay::schema::json {
namespace {

// RFC 3986 §5.4, and what people use as names.
TEST(Uri, IsResolved) {
  const std::string_view base = "http://a/b/c/d;p?q";
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"g:h", "g:h"},
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {"#s", "http://a/b/c/d;p?q#s"},
      {"g#s", "http://a/b/c/g#s"},
      {"", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},
      {"./", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../", "http://a/b/"},
      {"../g", "http://a/b/g"},
      {"../..", "http://a/"},
      {"../../g", "http://a/g"},
      {"../../../g", "http://a/g"},
      {"/./g", "http://a/g"},
      {"/../g", "http://a/g"},
      {"g.", "http://a/b/c/g."},
      {"..g", "http://a/b/c/..g"},
      {"./../g", "http://a/b/g"},
      {"g/./h", "http://a/b/c/g/h"},
      {"g/../h", "http://a/b/c/h"},
  };
  for (const auto& [reference, wanted] : cases) EXPECT_EQ(resolve_uri(base, reference), wanted) << reference;
  EXPECT_EQ(resolve_uri("", "address v2.json"), "address v2.json");
  EXPECT_EQ(resolve_uri("", "#/definitions/a"), "#/definitions/a");
  EXPECT_EQ(resolve_uri("urn:uuid:1", "#/x"), "urn:uuid:1#/x");
  EXPECT_EQ(resolve_uri("http://a", "b"), "http://a/b");
  EXPECT_EQ(resolve_uri("a/b.json", "c.json"), "a/c.json");
}

TEST(Uri, IsSplitAtItsFragment) {
  EXPECT_EQ(split_fragment("a#/b%25c~1d").uri, "a");
  EXPECT_EQ(split_fragment("a#/b%25c~1d").fragment, "/b%c~1d");
  EXPECT_EQ(split_fragment("a").fragment, "");
}

}  // namespace
}  // namespace assay::schema::json
