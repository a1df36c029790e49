// A connection, plain or encrypted: what proxy sessions, and nobody else's business, is written on. Of one
// loop: every call on its thread. At most one read (or wait) and one write under way at a time.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "io/net/address.h"
#include "io/net/task.h"

namespace assay::io {

class Stream {
 public:
  virtual ~Stream() = default;

  // Takes what is there without waiting. 0: the other side has finished sending. `unavailable`: nothing yet.
  virtual Result<std::size_t> read_now(MutableBytes into) = 0;
  // Returns when read_now has something to say (bytes, the end, or an error), or after wake(). Holds no
  // buffer.
  virtual Task<void> wait_readable() = 0;
  // Makes a wait_readable or a read_some that is under way return at once.
  virtual void wake() = 0;
  // At least one byte; 0: the other side has finished sending; `unavailable`: it was woken.
  virtual Task<Result<std::size_t>> read_some(MutableBytes into) = 0;

  // All of it, in order, gathered. `pieces` and what they view must live until it returns.
  virtual Task<Result<void>> write(std::span<const Bytes> pieces) = 0;
  Task<Result<void>> write(Bytes bytes);

  // Tells the other side that nothing more will be sent; reading goes on. TLS has no such half: there it ends
  // both.
  virtual void shutdown_send() = 0;
  // Whatever is under way returns with an error. Any number of times.
  virtual void close() = 0;

  // Of the other side, as numbers: "10.0.0.7:51234".
  virtual const std::string& peer() const = 0;
};

}  // namespace assay::io
