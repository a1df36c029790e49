#include "rejects/draft.h"

namespace assay::rejects {

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::rejected:
      return "rejected";
    case Outcome::diverted:
      return "diverted";
    case Outcome::marked:
      return "marked";
    case Outcome::mark_skipped:
      return "mark_skipped";
    case Outcome::observed:
      return "observed";
  }
  return "unknown";
}

}  // namespace assay::rejects
