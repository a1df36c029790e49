// Any bytes as a value under `encrypted`: nothing is read beyond them, and text in words never passes.
#include <cstdlib>

#include "rules/kinds/encrypted.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assay;
  using rules::kinds::Envelope;
  const Bytes bytes(data, size);
  const Envelope as_is = rules::kinds::envelope_of_bytes(bytes);
  const Envelope text = rules::kinds::envelope_of_text(as_text(bytes));
  if (size < 28 && (as_is != Envelope::none || text != Envelope::none)) std::abort();
  const std::string in_words = "the word " + std::string(as_text(bytes));
  if (rules::kinds::envelope_of_text(in_words) != Envelope::none) std::abort();
  return 0;
}
