// What went wrong, for a program (`code`) and for a person (`message`). Expected failures travel as `Result`;
// exceptions stay inside the libraries that throw them.
#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace assay {

enum class ErrorCode {
  invalid,      // the input breaks its format or its rules
  truncated,    // the input ends too early
  too_large,    // a limit of `Limits` was reached
  unsupported,  // well-formed, but not something Assay knows
  not_found,
  conflict,     // contradicts what is stored
  denied,       // credentials missing or refused
  unavailable,  // somebody else is away: worth trying again
  io,           // disk or socket
  internal,     // Assay is wrong
};

std::string_view to_string(ErrorCode code);

class [[nodiscard]] Error {
 public:
  Error() = default;
  Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }

  // The same error, told from further out: "config.json: /listen: not a port".
  Error within(std::string_view context) const;

 private:
  ErrorCode code_ = ErrorCode::internal;
  std::string message_;
};

template <class T = void>
using Result = boost::system::result<T, Error>;

// Lets `Result<T>::value()` throw what it holds. Only tests call `value()` unasked.
[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::runtime_error(error.message());
}

}  // namespace assay
