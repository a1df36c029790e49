// Just enough of RFC 3986 to follow `$id` and `$ref`: names that are no proper URIs ("order v2.json") work as
// well.
#pragma once

#include <string>
#include <string_view>

namespace assay::schema::json {

// RFC 3986 §5.2.2: `reference` as seen from `base`. The fragment is the reference's.
std::string resolve_uri(std::string_view base, std::string_view reference);

struct SplitUri {
  std::string uri;       // without "#" and what follows
  std::string fragment;  // percent-decoded
};
SplitUri split_fragment(std::string_view uri);

}  // namespace assay::schema::json
