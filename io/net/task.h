// A coroutine of a Loop. Rooms above io/ write `co_await`, and never see what runs it.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace assay::io {

// g++ 12 miscompiles two things here, silently: a braced aggregate made inside a co_await expression (its
// members are copied bit by bit: name it, and move it in), and `a && !co_await b()` among other awaits (await
// into a variable first).
//
// Runs on the loop that it was spawned on, from its first line to its last.
template <class T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace assay::io
