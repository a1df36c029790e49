#include "record/record_view.h"

namespace assay {

std::string_view to_string(Part part) {
  switch (part) {
    case Part::key:
      return "key";
    case Part::value:
      return "value";
    case Part::header:
      return "header";
  }
  return "unknown";
}

}  // namespace assay
