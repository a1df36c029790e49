// Calls out of nowhere against the REST API, one after another on one registry:  method line, target line,
// body, NUL, ... Whatever is asked, the answer is JSON or a schema's text, an error has exactly its two
// members, and no id changes its text.
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

#include "io/http/url.h"
#include "registry/api/registry_api.h"
#include "registry/remote/answers.h"
#include "registry/store/sqlite_store.h"

using namespace assay;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

Result<std::shared_ptr<const schema::Schema>> read_most(schema::Format, std::string_view text,
                                                        std::span<const schema::Reference>, const Limits&) {
  if (text.find('!') != text.npos) return Error(ErrorCode::invalid, std::string(text));
  return std::shared_ptr<const schema::Schema>{};
}

std::string_view take_until(std::string_view& text, char end) {
  const std::string_view front = text.substr(0, text.find(end));
  text.remove_prefix(std::min(text.size(), front.size() + 1));
  return front;
}

void check(const io::HttpRequest& request, const io::HttpResponse& response) {
  if (response.status == 200) {
    if (request.path.ends_with("/schema")) return;
    require(nlohmann::json::accept(response.body));
    return;
  }
  const auto body = nlohmann::json::parse(response.body, nullptr, false);
  require(body.is_object() && body.size() == 2 && body["message"].is_string() &&
          body["error_code"].is_number_integer());
  const int code = body["error_code"].get<int>();
  require(response.status == (code > 999 ? code / 100 : code) && response.status != 500);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto store = registry::open_sqlite_store(":memory:");
  require(static_cast<bool>(store));
  registry::Registry registry(**store, Limits{}, &read_most);
  const registry::RegistryApi api(registry);
  std::map<std::int32_t, std::string> texts;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  for (int calls = 0; !rest.empty() && calls < 16; ++calls) {
    std::string_view call = take_until(rest, '\0');
    io::HttpRequest request;
    request.method = take_until(call, '\n');
    io::parse_target(take_until(call, '\n'), request);
    request.body = call;
    const io::HttpResponse response = api.handle(request);
    check(request, response);
    if (const auto parsed = registry::parse_schema_answer(response.body); parsed && parsed->schema.id > 0) {
      require(texts.emplace(parsed->schema.id, parsed->schema.text).first->second == parsed->schema.text);
    }
  }
  // The other side of the same language.
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const auto read = registry::read_fetched(all);
  if (read) require(registry::read_fetched(registry::write_fetched(*read))->text == read->text);
  static_cast<void>(registry::parse_subjects_answer(all).has_value());
  static_cast<void>(registry::parse_ids_answer(all).has_value());
  static_cast<void>(registry::parse_error_answer(all));
  return 0;
}
