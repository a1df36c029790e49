// Texts that people send: cursors, fingerprints, keys, paths of filters.
#include <cstdlib>

#include "rejects/cursor.h"
#include "rejects/filter_sql.h"
#include "rejects/fingerprint.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assay;
  using namespace assay::rejects;
  const std::string text(as_text({data, size}));
  const auto row = parse_cursor(text);
  if (row && cursor_text(*row) != text) std::abort();
  const auto fingerprint = parse_fingerprint(text);
  if (fingerprint && parse_fingerprint(fingerprint_text(*fingerprint)) != fingerprint) std::abort();
  static_cast<void>(parse_key(text));
  const std::string shape = path_shape(text);
  if (path_shape(shape) != shape) std::abort();
  RejectFilter filter;
  filter.path = filter.topic = filter.rule = filter.fingerprint = text;
  const auto sql = FilterSql::make(filter);
  // Nothing of the text may stand in the SQL.
  if (sql && size > 40 && sql->rows().find(text) != std::string::npos) std::abort();
  return 0;
}
