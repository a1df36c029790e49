// `assay rejects`: the HTTP API from a terminal.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/error.h"
#include "io/http/client.h"
#include "io/http/url.h"
#include "proxy/command/api_url.h"
#include "proxy/command/command.h"
#include "proxy/config/secret_file.h"

namespace assay::proxy {
namespace {

using Json = nlohmann::ordered_json;

struct FilterHelp {
  const char* parameter;  // the API's own name
  const char* help;
};

constexpr FilterHelp kFilters[] = {
    {"topic", "The topic's name"},
    {"partition", "The partition's number"},
    {"rule", "The name of a rule that was violated"},
    {"path", "Where the violation is, as lines[*].quantity"},
    {"outcome", "rejected, diverted, marked, mark_skipped, observed or any [rejected,diverted]"},
    {"clientId", "The producer's client.id"},
    {"principal", "Who the producer authenticated as"},
    {"subject", "The schema's subject"},
    {"schemaId", "The schema's id"},
    {"key", "The record's key, as text"},
    {"batch", "The batch's id, as a row shows it"},
    {"fingerprint", "What is wrong, as stats --by fingerprint shows it"},
    {"state", "open, replayed or discarded"},
    {"since", "From then on: -15m, or 2026-01-31T12:00:00Z"},
    {"until", "Before then"},
};

std::vector<std::pair<std::string, std::string>> unset_filters() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const FilterHelp& filter : kFilters) out.emplace_back(filter.parameter, "");
  return out;
}

struct RejectsOptions {
  std::string api = "127.0.0.1:8080";
  std::string token_file;
  bool json = false;
  std::vector<std::pair<std::string, std::string>> filters = unset_filters();
  std::string limit, cursor, by, id;
  bool value = false;
};

std::string kebab(std::string_view camel) {
  std::string out;
  for (const char c : camel) {
    if (c >= 'A' && c <= 'Z') {
      out += '-';
      out += static_cast<char>(c - 'A' + 'a');
    } else {
      out += c;
    }
  }
  return out;
}

class Api {
 public:
  explicit Api(const RejectsOptions& options) : options_(options) {}

  Result<io::HttpResponse> get(const std::string& path,
                               const std::vector<std::pair<std::string, std::string>>& query) {
    const auto base = api_url(options_.api);
    if (!base) return base.error().within("--http");
    if (!client_) {
      auto client = io::HttpClient::create({});
      if (!client) return client.error();
      client_ = std::move(*client);
    }
    io::HttpCall call;
    call.url = *base + path;
    char separator = '?';
    for (const auto& [name, value] : query) {
      if (value.empty()) continue;
      call.url += separator + name + "=" + io::percent_encode(value);
      separator = '&';
    }
    const auto token = this->token();
    if (!token) return token.error().within("--token-file");
    if (!token->empty()) call.headers.add("Authorization", io::bearer_authorization(*token));
    auto response = client_->call(std::move(call));
    if (!response) return response.error().within("is assay running, and is --http right?");
    if (response->status < 300) return response;
    const Json body = Json::parse(response->body, nullptr, false);
    const bool told = body.is_object() && body.contains("detail");
    return Error(ErrorCode::invalid,
                 told ? body["detail"].get<std::string>() : fmt::format("HTTP {}", response->status));
  }

 private:
  Result<std::string> token() const {
    if (!options_.token_file.empty()) return read_secret_file(options_.token_file);
    const char* token = std::getenv("ASSAY_HTTP_TOKEN");
    return std::string(token == nullptr ? "" : token);
  }

  const RejectsOptions& options_;
  std::unique_ptr<io::HttpClient> client_;
};

// What a producer chose must not reach the terminal's own language: control characters become question marks.
std::string printable(std::string text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool c1 = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (byte < 0x20 || byte == 0x7F || c1) text[i] = '?';
    if (c1) text.erase(i + 1, 1);
  }
  return text;
}

std::string shown(const Json& object, const char* name) {
  return printable(object.at(name).get<std::string>());
}

int fail(const Error& error) {
  fmt::print(stderr, "assay: {}\n", error.message());
  return 1;
}

std::string first_reason(const Json& row) {
  if (row["violations"].empty()) return "";
  const Json& violation = row["violations"][0];
  const std::size_t more = row["violations"].size() - 1;
  return fmt::format("{}: {} {}{}", shown(violation, "rule"), shown(violation, "path"),
                     shown(violation, "reason"), more == 0 ? "" : fmt::format(" (+{} more)", more));
}

void print_row(const Json& row) {
  fmt::print("{:26}  {:24}  {:18.18} {:>3}  {:9}  {}\n", shown(row, "id"), shown(row, "time"),
             shown(row, "topic"), row["partition"].get<int>(), shown(row, "outcome"), first_reason(row));
}

void print_header() {
  fmt::print("{:26}  {:24}  {:18} {:>3}  {:9}  {}\n", "ID", "TIME", "TOPIC", "P", "OUTCOME", "WHY");
}

int list(const RejectsOptions& options) {
  Api api(options);
  auto query = options.filters;
  query.emplace_back("limit", options.limit);
  query.emplace_back("cursor", options.cursor);
  const auto response = api.get("/v1/rejects", query);
  if (!response) return fail(response.error());
  if (options.json) return fmt::print("{}", response->body), 0;
  const Json page = Json::parse(response->body);
  print_header();
  for (const Json& row : page["items"]) print_row(row);
  if (!page["nextCursor"].is_null()) fmt::print("more: --cursor {}\n", page["nextCursor"].get<std::string>());
  return 0;
}

int show(const RejectsOptions& options) {
  Api api(options);
  const std::string path = "/v1/rejects/" + io::percent_encode(options.id);
  const auto response = api.get(options.value ? path + "/value" : path, {});
  if (!response) return fail(response.error());
  if (options.value || options.json)
    return std::fwrite(response->body.data(), 1, response->body.size(), stdout), 0;
  const Json row = Json::parse(response->body);
  fmt::print(
      "reject     {}\ntime       {}\ntopic      {} [{}], record {} of a batch of {}\noutcome    {}, {}\n",
      shown(row, "id"), shown(row, "time"), shown(row, "topic"), row["partition"].get<int>(),
      row["recordIndex"].get<int>(), row["batchRecords"].get<int>(), shown(row, "outcome"),
      shown(row, "state"));
  const Json& client = row["client"];
  fmt::print("client     {} {} {} {}\n", shown(client, "id"), shown(client, "software"),
             shown(client, "principal"), shown(client, "address"));
  fmt::print("seen       {} times, last {}\nkey        {}\n", row["occurrences"].get<int>(),
             shown(row, "lastSeen"), row["key"].dump());
  for (const Json& violation : row["violations"]) {
    fmt::print("violation  rule {}: {} {}\n", shown(violation, "rule"), shown(violation, "path"),
               shown(violation, "reason"));
  }
  if (row.contains("payloadProblem")) fmt::print("payload    {}\n", shown(row, "payloadProblem"));
  if (!row["decoded"].is_null()) fmt::print("value      {}\n", row["decoded"].dump(2));
  return 0;
}

int stats(const RejectsOptions& options) {
  Api api(options);
  auto query = options.filters;
  query.emplace_back("limit", options.limit);
  query.emplace_back("by", options.by);
  const auto response = api.get("/v1/stats", query);
  if (!response) return fail(response.error());
  if (options.json) return fmt::print("{}", response->body), 0;
  const Json body = Json::parse(response->body);
  fmt::print("{:>10} {:>12}  {:24}  {}\n", "RECORDS", "OUT OF", "LAST SEEN", "WHAT");
  for (const Json& row : body["items"]) {
    std::string what;
    for (const char* name : {"topic", "rule", "path", "kind", "client", "fingerprint"}) {
      if (row.contains(name)) what += (what.empty() ? "" : " · ") + shown(row, name);
    }
    const auto evaluated = row["evaluated"].get<std::uint64_t>();
    fmt::print("{:>10} {:>12}  {:24}  {}\n", row["records"].get<std::uint64_t>(),
               evaluated == 0 ? "?" : std::to_string(evaluated), shown(row, "lastSeen"), what);
  }
  return 0;
}

// Follows new rows until the process is interrupted.
int tail(const RejectsOptions& options) {
  Api api(options);
  std::string cursor = options.cursor;
  if (!options.json) print_header();
  while (true) {
    auto query = options.filters;
    query.emplace_back("tail", "true");
    query.emplace_back("limit", "1000");
    query.emplace_back("cursor", cursor);
    const auto response = api.get("/v1/rejects", query);
    if (!response) return fail(response.error());
    const Json page = Json::parse(response->body);
    for (const Json& row : page["items"]) {
      if (options.json) {
        fmt::print("{}\n", row.dump());
      } else {
        print_row(row);
      }
    }
    std::fflush(stdout);
    cursor = page["nextCursor"].get<std::string>();
    if (page["items"].size() < 1000) std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
}

CLI::App* add_one(CLI::App& parent, const char* name, const char* what,
                  const std::shared_ptr<RejectsOptions>& options, Run& chosen,
                  int (*run)(const RejectsOptions&)) {
  auto* command = parent.add_subcommand(name, what);
  command->add_option("--http", options->api, "The API's address, or its URL [127.0.0.1:8080]")
      ->type_name("HOST:PORT");
  command->add_option("--token-file", options->token_file, "Holds the bearer token [$ASSAY_HTTP_TOKEN]")
      ->type_name("FILE");
  command->add_flag("--json", options->json, "As the API answers it");
  command->callback([options, &chosen, run] {
    chosen = [options, run] {
      try {
        return run(*options);
      } catch (const Json::exception&) {
        return fail(Error(ErrorCode::invalid, "the answer is not one of this API; is --http right?"));
      }
    };
  });
  return command;
}

void add_filters(CLI::App& command, RejectsOptions& options) {
  for (std::size_t i = 0; i < std::size(kFilters); ++i) {
    command.add_option("--" + kebab(kFilters[i].parameter), options.filters[i].second, kFilters[i].help)
        ->group("Filters");
  }
}

}  // namespace

void add_rejects(CLI::App& app, Run& chosen) {
  auto* command = app.add_subcommand("rejects", "Ask for refused records");
  command->require_subcommand(1);
  auto options = std::make_shared<RejectsOptions>();
  auto* list_command = add_one(*command, "list", "Refused records, newest first", options, chosen, &list);
  list_command->add_option("--limit", options->limit, "1 to 1000 [50]");
  list_command->add_option("--cursor", options->cursor, "Where the page before ended");
  add_filters(*list_command, *options);
  list_command->footer(
      "Examples:\n"
      "  assay rejects list --topic customers --rule age-positive --since -15m\n"
      "  assay rejects list --outcome any --client-id billing --json");
  auto* show_command = add_one(*command, "show", "One refused record, decoded", options, chosen, &show);
  show_command->add_option("ID", options->id, "As in the refusal: [reject 01JD...]")->required();
  show_command->add_flag("--value", options->value, "Only the value, byte for byte");
  show_command->footer(
      "Examples:\n"
      "  assay rejects show 01JDEXAMPLE000000000000000\n"
      "  assay rejects show 01JDEXAMPLE000000000000000 --value > value.bin");
  auto* stats_command =
      add_one(*command, "stats", "How many, by group, out of how many", options, chosen, &stats);
  stats_command->add_option("--by", options->by, "topic, rule, client or fingerprint [topic]");
  stats_command->add_option("--limit", options->limit, "1 to 10000 [100]");
  add_filters(*stats_command, *options);
  stats_command->footer(
      "Examples:\n"
      "  assay rejects stats --by rule --since -1h\n"
      "  assay rejects stats --by client --topic customers --outcome observed");
  auto* tail_command = add_one(*command, "tail", "Refused records as they come", options, chosen, &tail);
  tail_command->add_option("--cursor", options->cursor, "Go on from here");
  add_filters(*tail_command, *options);
  tail_command->footer(
      "Examples:\n"
      "  assay rejects tail --topic customers\n"
      "  assay rejects tail --outcome any --json");
  command->footer(
      "Examples:\n"
      "  assay rejects list --topic customers --since -15m\n"
      "  assay rejects show 01JDEXAMPLE000000000000000\n"
      "  assay rejects stats --by rule --outcome any");
}

}  // namespace assay::proxy
