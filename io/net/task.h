// A coroutine of a Loop. Rooms above io/ write `co_await`, and never see what runs it.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace assay::io {

// Runs on the loop that it was spawned on, from its first line to its last.
template <class T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace assay::io
