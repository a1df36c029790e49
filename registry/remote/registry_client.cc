#include "registry/remote/registry_client.h"

#include <fmt/format.h>

#include "registry/remote/answers.h"

namespace assay::registry {
namespace {

constexpr std::string_view kAccept =
    "application/vnd.schemaregistry.v1+json, application/vnd.schemaregistry+json; q=0.9, application/json; "
    "q=0.5";

bool worth_retrying(int status) {
  return status == 408 || status == 425 || status == 429 || status >= 500;
}

std::string_view outcome_of(const Result<std::string>& result) {
  if (result) return "ok";
  switch (result.error().code()) {
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::denied:
      return "denied";
    case ErrorCode::unavailable:
      return "unavailable";
    default:
      return "refused";
  }
}

}  // namespace

Result<std::unique_ptr<RegistryClient>> RegistryClient::create(const RemoteOptions& options,
                                                               Metrics* metrics) {
  if (options.urls.empty()) return Error(ErrorCode::invalid, "no registry URL is given");
  std::vector<std::string> urls, authorizations;
  for (const std::string& text : options.urls) {
    const auto url = io::parse_url(text);
    if (!url) return url.error();
    urls.push_back(url->text());
    const std::string& user = url->user.empty() ? options.user : url->user;
    authorizations.push_back(!url->user.empty()              ? io::basic_authorization(user, url->password)
                             : !options.bearer_token.empty() ? io::bearer_authorization(options.bearer_token)
                             : !user.empty()                 ? io::basic_authorization(user, options.password)
                                                             : std::string{});
  }
  io::HttpClientOptions http;
  http.call_timeout = options.call_timeout;
  http.ca_file = options.ca_file;
  http.verify_peer = options.verify_peer;
  http.response_bytes_max = 2 * options.limits.schema_bytes_max + (1UL << 20);  // JSON escapes swell a text
  auto client = io::HttpClient::create(http);
  if (!client) return client.error();
  std::unique_ptr<RegistryClient> out(new RegistryClient(options, std::move(urls), metrics));
  out->authorizations_ = std::move(authorizations);
  out->http_ = std::move(*client);
  return out;
}

RegistryClient::RegistryClient(const RemoteOptions& options, std::vector<std::string> urls, Metrics* metrics)
    : options_(options), urls_(std::move(urls)), metrics_(metrics) {}

void RegistryClient::get(const std::string& path, Reply reply) {
  send(std::make_shared<Ask>(Ask{path, std::move(reply), 0}));
}

bool RegistryClient::breaker_admits(const Ask& ask) {
  if (failures_ < options_.breaker_failures || ask.tries > 0) return true;
  if (probing_ || std::chrono::steady_clock::now() < open_until_) return false;
  probing_ = true;
  return true;
}

void RegistryClient::send(std::shared_ptr<Ask> ask) {
  if (!breaker_admits(*ask)) {
    return finish(*ask, Error(ErrorCode::unavailable, "the registry is away: " + last_problem_));
  }
  const std::size_t url = (current_ + ask->tries) % urls_.size();
  io::HttpCall call{"GET", urls_[url] + ask->path, {{"Accept", std::string(kAccept)}}, {}, {}};
  if (!authorizations_[url].empty()) call.headers.add("Authorization", authorizations_[url]);
  http_->call(std::move(call), [this, ask = std::move(ask), url](Result<io::HttpResponse> response) {
    on_answer(ask, url, std::move(response));
  });
}

void RegistryClient::on_answer(const std::shared_ptr<Ask>& ask, std::size_t url,
                               Result<io::HttpResponse> response) {
  if (!response) {
    if (response.error().code() == ErrorCode::unavailable) return on_away(ask, response.error().message());
    failures_ = 0;
    probing_ = false;
    return finish(*ask, response.error());
  }
  if (worth_retrying(response->status)) {
    const std::string told = parse_error_answer(response->body).message;
    return on_away(ask, fmt::format("{} answers {} {}", urls_[url], response->status,
                                    told.empty() ? io::http_reason(response->status) : told));
  }
  current_ = url;
  failures_ = 0;
  probing_ = false;
  if (metrics_ != nullptr) metrics_->gauge("assay_registry_up", "1 when the registry answered last").Set(1);
  finish(*ask, meaning_of(*response, urls_[url]));
}

void RegistryClient::on_away(const std::shared_ptr<Ask>& ask, const std::string& why) {
  last_problem_ = why;
  if (ask->tries < options_.retries_max && !probing_) {
    const auto wait = options_.backoff * (1U << std::min(ask->tries, 10U));
    ++ask->tries;
    if (metrics_ != nullptr)
      metrics_->counter("assay_registry_retries_total", "Calls made again").Increment();
    return http_->run_after(wait, [this, ask] { send(ask); });
  }
  ++failures_;
  probing_ = false;
  open_until_ = std::chrono::steady_clock::now() + options_.breaker_open;
  if (metrics_ != nullptr) metrics_->gauge("assay_registry_up", "1 when the registry answered last").Set(0);
  finish(*ask, Error(ErrorCode::unavailable, why));
}

void RegistryClient::finish(const Ask& ask, Result<std::string> result) {
  if (metrics_ != nullptr) {
    metrics_
        ->counter("assay_registry_requests_total", "What the schema registry was asked, by how it ended",
                  {{"outcome", std::string(outcome_of(result))}})
        .Increment();
  }
  ask.reply(std::move(result));
}

Result<std::string> RegistryClient::meaning_of(const io::HttpResponse& response,
                                               const std::string& from) const {
  if (response.status / 100 == 2) return response.body;
  const ErrorAnswer told = parse_error_answer(response.body);
  const std::string_view said = told.message.empty() ? io::http_reason(response.status) : told.message;
  const std::string text = fmt::format("{} answers {} {}", from, response.status, said);
  if (response.status == 401 || response.status == 403) return Error(ErrorCode::denied, text);
  if (response.status == 404 && told.code >= 40400 && told.code <= 40499)
    return Error(ErrorCode::not_found, text);
  // A wrong path, or something that is no registry: nothing that says whether the schema exists.
  if (response.status == 404 || response.status / 100 == 3) return Error(ErrorCode::unsupported, text);
  return Error(ErrorCode::invalid, text);
}

}  // namespace assay::registry
