// Bytes -> one HTTP message, by Beast's parser; the only door to Beast, so that just one source pays for
// compiling it.
//   head = start line CRLF *( field CRLF ) CRLF        RFC 9112; obs-fold refused by nobody, joined by a
//   space body = Content-Length bytes | chunks | (responses) all until the end
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "io/http/message.h"

namespace assay::io {

enum class ReadState : std::uint8_t { more, complete, failed };

struct ReadFailure {
  int status = 400;  // what a server answers
  std::string why;
};

class MessageReader {
 public:
  struct Bounds {
    std::size_t header_bytes_max = 0;
    std::size_t body_bytes_max = 0;
  };
  virtual ~MessageReader() = default;

  // Takes what it can from the front of `input`; what is left belongs to the next message, or must come again
  // with more behind it. After `complete` and `failed` a new reader is needed.
  virtual ReadState feed(std::string_view input, std::size_t& taken) = 0;
  // The other side has finished sending.
  virtual ReadState finish() = 0;

  virtual bool started() const = 0;  // at least one byte was taken or looked at
  virtual bool head_done() const = 0;
  virtual bool keep_alive() const = 0;  // REQUIRES: head_done
  virtual std::size_t body_bytes() const = 0;
  const ReadFailure& failure() const { return failure_; }

 protected:
  ReadState fail(ReadFailure failure) {
    failure_ = std::move(failure);
    return ReadState::failed;
  }

 private:
  ReadFailure failure_;
};

class RequestReader : public MessageReader {
 public:
  virtual bool expects_continue() const = 0;  // REQUIRES: head_done
  // REQUIRES: complete. Once. The target is parsed too; remote_address is the caller's.
  virtual HttpRequest take() = 0;
};

class ResponseReader : public MessageReader {
 public:
  // REQUIRES: complete. Once.
  virtual HttpResponse take() = 0;
};

std::unique_ptr<RequestReader> make_request_reader(const MessageReader::Bounds& bounds);
// `head`: the request was HEAD, so no body follows whatever the head says.
std::unique_ptr<ResponseReader> make_response_reader(const MessageReader::Bounds& bounds, bool head);

// The head of a message, written. Fields whose name or value could break the framing are left out.
std::string write_request_head(std::string_view method, std::string_view target, std::string_view authority,
                               const HttpHeaders& headers, std::string_view content_type,
                               std::size_t body_bytes);
std::string write_response_head(const HttpResponse& response, bool keep_alive, std::int64_t now_s);

}  // namespace assay::io
