// A registry that misbehaves on demand, and blocking questions to a source.
#pragma once

#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <thread>

#include "io/http/server.h"
#include "registry/remote/caching_source.h"
#include "registry/remote/remote_source.h"
#include "registry_fixture.h"

namespace assay::registry {
using namespace std::chrono_literals;
using io::HttpRequest;
using io::HttpResponse;

inline HttpResponse json(int status, std::string body) {
  return {status, "application/json", {}, std::move(body)};
}

// Answers by target; what it does not know is 404 as Jersey words it, which is not "no such schema".
class Playing {
 public:
  Playing() {
    server_ =
        io::HttpServer::listen({}, [this](HttpRequest request, io::HttpReply reply) {
          const std::lock_guard lock(mutex_);
          asked_.push_back(request.target);
          authorization_ = request.headers.get("authorization");
          if (interrupt_) {
            if (auto response = interrupt_(request)) return reply(*response);
          }
          const auto found = answers_.find(request.target);
          reply(found != answers_.end() ? found->second
                                        : json(404, R"({"error_code":404,"message":"HTTP 404 Not Found"})"));
        }).value();
  }
  void say(const std::string& target, std::string body) { say(target, json(200, std::move(body))); }
  void say(const std::string& target, HttpResponse response) {
    const std::lock_guard lock(mutex_);
    answers_[target] = std::move(response);
  }
  void interrupt(std::function<std::optional<HttpResponse>(const HttpRequest&)> with) {
    const std::lock_guard lock(mutex_);
    interrupt_ = std::move(with);
  }
  std::size_t calls() {
    const std::lock_guard lock(mutex_);
    return asked_.size();
  }
  std::string authorization() {
    const std::lock_guard lock(mutex_);
    return authorization_;
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  void stop() { server_->stop(); }

 private:
  std::mutex mutex_;
  std::map<std::string, HttpResponse> answers_;
  std::vector<std::string> asked_;
  std::string authorization_;
  std::function<std::optional<HttpResponse>(const HttpRequest&)> interrupt_;
  std::unique_ptr<io::HttpServer> server_;
};

inline RemoteOptions options_for(const Playing& registry) {
  RemoteOptions options;
  options.urls = {registry.url()};
  options.backoff = 1ms;
  options.call_timeout = 1'000ms;
  return options;
}

inline std::unique_ptr<SchemaSource> source_for(const RemoteOptions& options, Metrics* metrics = nullptr) {
  return make_remote_source(options, metrics).value();
}

inline schema::SchemaRef id(std::int32_t number) {
  return {std::nullopt, number};
}

inline Result<FetchedSchema> fetch(SchemaSource& source, const schema::SchemaRef& ref) {
  std::promise<Result<FetchedSchema>> promise;
  source.fetch(ref, [&](Result<FetchedSchema> schema) { promise.set_value(std::move(schema)); });
  return promise.get_future().get();
}

inline Result<FetchedSchema> fetch_version(SchemaSource& source, const std::string& subject,
                                           std::int32_t version) {
  std::promise<Result<FetchedSchema>> promise;
  source.fetch_version(subject, version, [&](auto schema) { promise.set_value(std::move(schema)); });
  return promise.get_future().get();
}

inline Result<std::vector<std::string>> owners(SchemaSource& source, const schema::SchemaRef& ref) {
  std::promise<Result<std::vector<std::string>>> promise;
  source.subjects_of(ref, [&](auto subjects) { promise.set_value(std::move(subjects)); });
  return promise.get_future().get();
}

inline Result<Ownership> belongs(SchemaSource& source, const schema::SchemaRef& ref,
                                 const std::string& subject) {
  std::promise<Result<Ownership>> promise;
  source.belongs(ref, subject, [&](auto ownership) { promise.set_value(std::move(ownership)); });
  return promise.get_future().get();
}

}  // namespace assay::registry
