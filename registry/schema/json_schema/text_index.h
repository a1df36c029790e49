// The bodies of a batch as one text, and where its tokens begin: simdjson's first stage, run over a chunk of
// bodies at once.
//
//   chunk := *( body LF NUL LF )          LF ends any token, and may not stand in a string: an unclosed
//   string is an error
//                                         of the first stage. NUL is a token that JSON does not have: each
//                                         body is followed by one, so that no walk can run into the next
//                                         body.
//
// The first stage checks UTF-8, that strings are closed and that no control character is in them. It lists
// the offsets of { } [ ] : , and of the first byte of every other token outside strings; not of closing
// quotes. When it finds an error, the bodies of that chunk are indexed one by one.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.h"

namespace assay::schema::json {

// One body, ready to be walked.
struct IndexedText {
  const std::uint8_t* text = nullptr;  // what `at` counts from; 64 readable bytes follow the last body
  const std::uint32_t* at = nullptr;   // its first token
  std::uint32_t begin = 0;             // the body's first byte
  std::uint32_t end = 0;               // the NUL behind it: the last index of this body
  bool escapes = false;                // some backslash may be in it
  simdjson::error_code error = simdjson::SUCCESS;  // otherwise there is nothing to walk
};

// Not thread-safe; reused from batch to batch. Allocates only to grow.
class TextIndex {
 public:
  // Bodies above this are not judged: their index would need over 64 MB.
  static constexpr std::size_t kBodyBytesMax = 16UL << 20;

  TextIndex();

  // The bodies must outlive the last open().
  void begin(std::span<const Bytes> bodies);
  // REQUIRES: index in order, each at most once. The text stays until the next begin; `at` until the next
  // open. Error CAPACITY from kBodyBytesMax on.
  IndexedText open(std::size_t index);
  // Where the walk of the last opened body came to: saves the next open() the way there.
  void walked_to(const std::uint32_t* at) {
    if (!one_by_one_) cursor_ = at;
  }

 private:
  struct Spot {
    std::size_t offset;  // in the arena
    std::size_t size;
  };
  void reserve(std::size_t bytes);
  void load_chunk(std::size_t first);
  simdjson::error_code run(std::size_t offset, std::size_t bytes);
  bool has_escapes(std::size_t offset, std::size_t bytes);

  std::span<const Bytes> bodies_;
  std::unique_ptr<std::uint8_t[]> arena_;
  std::size_t arena_bytes_ = 0;
  std::size_t used_ = 0;

  std::size_t chunk_first_ = 0;  // bodies of the chunk: [first, last)
  std::size_t chunk_last_ = 0;
  std::size_t chunk_offset_ = 0;
  std::vector<Spot> spots_;  // of the chunk's bodies
  bool one_by_one_ = false;
  const std::uint32_t* cursor_ = nullptr;
  bool escape_known_ = false;
  std::size_t next_escape_ = 0;  // when known: offset of the first backslash from some body on

  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage_;
};

}  // namespace assay::schema::json
