// Asks a registry and says what its answer means: credentials, several URLs, retries, breaker. Everything
// happens on the client's one thread; `get` is to be called there.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "io/http/client.h"
#include "registry/remote/remote_source.h"

namespace assay::registry {

class RegistryClient {
 public:
  using Reply = std::function<void(Result<std::string>)>;

  static Result<std::unique_ptr<RegistryClient>> create(const RemoteOptions& options, Metrics* metrics);

  // The body of a 2xx. Errors: `not_found` (404 with a registry's own number), `denied`, `unavailable`,
  // `unsupported` (a 404 without one: not an endpoint of this registry; a redirect), `invalid` (any other
  // refusal).
  void get(const std::string& path, Reply reply);
  // Runs it on the client's thread.
  void run(std::function<void()> task) { http_->run_after(std::chrono::milliseconds(0), std::move(task)); }

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Ask {
    std::string path;
    Reply reply;
    unsigned tries = 0;
  };

  RegistryClient(const RemoteOptions& options, std::vector<std::string> urls, Metrics* metrics);
  void send(std::shared_ptr<Ask> ask);
  void on_answer(const std::shared_ptr<Ask>& ask, std::size_t url, Result<io::HttpResponse> response);
  void on_away(const std::shared_ptr<Ask>& ask, const std::string& why);
  void finish(const Ask& ask, Result<std::string> result);
  Result<std::string> meaning_of(const io::HttpResponse& response, const std::string& from) const;
  bool breaker_admits(const Ask& ask);

  const RemoteOptions options_;
  const std::vector<std::string> urls_;  // without user and password
  std::vector<std::string> authorizations_;
  Metrics* const metrics_;
  std::size_t current_ = 0;  // the URL that answered last
  unsigned failures_ = 0;    // in a row
  Time open_until_{};
  bool probing_ = false;  // one call finds out whether it is back
  std::string last_problem_;
  std::unique_ptr<io::HttpClient>
      http_;  // last: it is gone, and its thread, before anything that its calls use
};

}  // namespace assay::registry
