// What a machine asks of the shell. A machine never sees a socket: it is shown the bytes that have come, and
// says what to do.
//
// The shell keeps the bytes that were received and not yet used. It shows all of them to `next`, carries the
// step out, and then drops `consumed` from their front: until then, `bytes` may view them.
#pragma once

#include <cstddef>

#include "base/bytes.h"
#include "proxy/session/close_reason.h"

namespace assay::proxy {

struct Step {
  enum class Kind : std::uint8_t {
    read,       // show me at least `need` bytes
    read_into,  // read up to bytes.size() into `into`, then call filled(n)
    reserve,    // memory for a frame of `need` bytes: wait for the budget, then call reserved()
    send,       // write `bytes`
    inspect,    // a produce request is there (request side): judge it, then call decide()
    answered,   // an answer was put in line here (request side): the other side may have something to send
    wait,   // the next answer waits for its rejects to be durable (response side): call again after kept()
    close,  // end the connection: `reason`, and why() for a person
  } kind = Kind::read;
  std::size_t consumed = 0;
  Bytes bytes;
  Bytes more;  // send: written behind `bytes`, in one go
  MutableBytes into;
  std::size_t need = 0;
  CloseReason reason = CloseReason::none;
};

}  // namespace assay::proxy
