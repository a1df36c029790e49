// Holds openapi.json to the handlers: what is described is served, what is served is described, and answers
// are what the document says, to the last member.
#include <algorithm>
#include <map>
#include <set>

#include "tests/reference/schema_check.h"
#include "tests/unit/admin/admin_fixture.h"

namespace assay::proxy {
namespace {

using nlohmann::json;
using rejects::testing::draft_of;
using rejects::testing::id_of;
using schema::SchemaCheck;
using Names = std::set<std::string>;

rejects::StoreOptions sealing() {
  rejects::StoreOptions options;
  options.seal_key = io::SealKey::from_bytes(Buffer(32, 7)).value();
  return options;
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c & ~0x20; });
  return text;
}

// References as they are inside of a schema of its own, and nothing in an object that is not named.
json closed(json schema) {
  if (schema.is_object()) {
    for (auto& [name, member] : schema.items()) member = closed(member);
    if (schema.contains("$ref") && schema["$ref"].is_string()) {
      const std::string ref = schema["$ref"];
      schema["$ref"] = "#/$defs/" + ref.substr(ref.rfind('/') + 1);
    }
    if (schema.contains("properties") && !schema.contains("additionalProperties"))
      schema["additionalProperties"] = false;
  } else if (schema.is_array()) {
    for (json& item : schema) item = closed(item);
  }
  return schema;
}

class OpenApiTest : public AdminTest {
 protected:
  OpenApiTest() : AdminTest(sealing()), document_(json::parse(openapi_document())) {}

  const json& operation(const std::string& method, const std::string& path) const {
    std::string lower = method;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return c | 0x20; });
    return document_.at("paths").at(path).at(lower);
  }
  const json& resolve(const json& one) const {
    return one.contains("$ref") ? document_.at(json::json_pointer(one["$ref"].get<std::string>().substr(1)))
                                : one;
  }
  std::vector<std::string> problems_of(const std::string& text, const json& described) const {
    json whole = closed(described);
    whole["$schema"] = "https://json-schema.org/draft/2020-12/schema";
    for (const auto& [name, one] : document_["components"]["schemas"].items())
      whole["$defs"][name] = closed(one);
    return SchemaCheck(whole.dump()).problems(text);
  }
  // Asks, and holds the answer to what the document says of it.
  io::HttpResponse expect(int status, const std::string& method, const std::string& path,
                          const std::string& target, const std::string& body = "",
                          const std::string& authorization = "") {
    const auto response = ask(method, target, body, authorization);
    const std::string what = method + ' ' + target + ": " + response.body;
    EXPECT_EQ(response.status, status) << what;
    const json& responses = operation(method, path)["responses"];
    const auto described = responses.find(std::to_string(response.status));
    if (described == responses.end()) {
      ADD_FAILURE() << "not described: " << what;
      return response;
    }
    seen_.insert(method + ' ' + path + ' ' + std::to_string(response.status));
    const json& content = resolve(*described)["content"];
    const std::string type = response.content_type.substr(0, response.content_type.find(';'));
    EXPECT_TRUE(content.contains(type)) << type << " of " << what;
    if (content.contains(type) && content[type].contains("schema")) {
      EXPECT_THAT(problems_of(response.body, content[type]["schema"]), testing::IsEmpty()) << what;
    }
    return response;
  }

  json document_;
  Names seen_;
};

TEST_F(OpenApiTest, EveryOperationAndParameterIsServedAndTheOtherWayRound) {
  std::map<std::string, Names> described, served;
  for (const auto& [path, item] : document_["paths"].items()) {
    for (const auto& [method, one] : item.items()) {
      if (method == "parameters") continue;
      Names& names = described[upper(method) + ' ' + path];
      for (const json& parameter : one.value("parameters", json::array())) {
        if (parameter["in"] == "query") names.insert(parameter["name"].get<std::string>());
      }
    }
  }
  for (const AdminApi::Route& route : AdminApi::routes()) {
    Names& names = served[std::string(route.method) + ' ' + std::string(route.path)];
    std::istringstream words{std::string(route.parameters)};
    for (std::string word; words >> word;) names.insert(word);
  }
  EXPECT_EQ(described, served);
}

TEST_F(OpenApiTest, PathParametersAndOpenOperationsAreDescribed) {
  for (const AdminApi::Route& route : AdminApi::routes()) {
    const std::string path(route.path);
    const json& one = operation(std::string(route.method), path);
    EXPECT_EQ(one.contains("security") && one["security"].empty(), route.open) << path;
    const json& parameters = document_["paths"][path].value("parameters", json::array());
    const bool has_id = path.find("{id}") != std::string::npos;
    EXPECT_EQ(parameters.size(), has_id ? 1U : 0U) << path;
    if (has_id) {
      EXPECT_EQ(parameters[0]["name"], "id");
    }
  }
}

// A value that a parameter's schema allows.
std::string example_of(const std::string& name, const json& schema) {
  static const std::map<std::string, std::string> kTexts{
      {"outcome", "any"}, {"batch", "01ARZ3NDEKTSV4RRFFQ69G5FAV"}, {"since", "-15m"},
      {"until", "-1m"},   {"fingerprint", "00112233445566ff"},     {"key", "base64:AAE="}};
  if (schema.contains("enum")) return schema["enum"].back();
  if (schema.value("type", "") == "integer") return std::to_string(schema.value("minimum", 1));
  return kTexts.contains(name) ? kTexts.at(name) : "some";
}

TEST_F(OpenApiTest, EveryParameterIsTakenAsDescribed) {
  for (const AdminApi::Route& route : AdminApi::routes()) {
    const std::string path(route.path);
    for (const json& one : operation(std::string(route.method), path).value("parameters", json::array())) {
      const std::string name = one["name"];
      if (name == "cursor") continue;  // only what a page said
      expect(200, "GET", path, path + '?' + name + '=' + io::percent_encode(example_of(name, one["schema"])));
      if (one["schema"].contains("enum")) expect(400, "GET", path, path + '?' + name + "=none-of-these");
      if (one["schema"].contains("maximum")) {
        const auto above = one["schema"]["maximum"].get<int>() + 1;
        expect(400, "GET", path, path + '?' + name + '=' + std::to_string(above));
      }
    }
  }
}

TEST_F(OpenApiTest, EveryAnswerOfEveryOperationIsAsDescribed) {
  activate(R"({"topics":["people"],"owner":"crm","rules":[
    {"name":"a","doc":"d","field":"age","check":{"minimum":0},"onViolation":"mark"},
    {"name":"lost","field":"agge","severity":"warning","check":{"minimum":0}}]})");
  source_.keeps_to_itself = true;
  const auto schema_id =
      source_.add("people-value", R"({"properties":{"age":{}},"additionalProperties":false})");
  auto bytes = draft_of(1);
  bytes.violating[0].key = Buffer{0xff};
  bytes.violating[0].value = Buffer{0xff, 0};
  bytes.violating[0].headers.emplace_back("binary", Buffer{0xfe});
  auto tombstone = draft_of(20);
  tombstone.violating[0].value.reset();
  tombstone.violating[0].key.reset();
  auto secret = draft_of(30);
  secret.violating[0].masked = true;
  for (auto* draft : {&bytes, &tombstone, &secret}) keep(std::move(*draft));
  const std::string one = "/v1/rejects/" + id_of(1).text(), none = "/v1/rejects/" + id_of(99).text();

  expect(200, "GET", "/v1/rejects", "/v1/rejects?limit=1");
  expect(200, "GET", "/v1/rejects", "/v1/rejects?outcome=any");
  expect(200, "GET", "/v1/rejects", "/v1/rejects?tail=true");
  for (const std::string& at : {one, "/v1/rejects/" + id_of(20).text(), "/v1/rejects/" + id_of(30).text()})
    expect(200, "GET", "/v1/rejects/{id}", at);
  expect(404, "GET", "/v1/rejects/{id}", none);
  expect(200, "PATCH", "/v1/rejects/{id}", one, R"({"state":"replayed"})");
  expect(400, "PATCH", "/v1/rejects/{id}", one, R"({"state":"x"})");
  expect(404, "PATCH", "/v1/rejects/{id}", none, R"({"state":"open"})");
  expect(200, "GET", "/v1/rejects/{id}/value", one + "/value");
  expect(403, "GET", "/v1/rejects/{id}/value", "/v1/rejects/" + id_of(30).text() + "/value");
  expect(404, "GET", "/v1/rejects/{id}/value", none + "/value");
  for (const char* by : {"topic", "rule", "client", "fingerprint"})
    expect(200, "GET", "/v1/stats", std::string("/v1/stats?by=") + by);
  expect(200, "POST", "/v1/validations", "/v1/validations",
         R"({"topic":"people","samples":[{"age":1},{"age":-1},{"$record":{"key":"k","value":null}}]})");
  expect(
      200, "POST", "/v1/validations", "/v1/validations",
      R"({"topic":"people","samples":[{"age":1},{"other":1}],"schemaId":)" + std::to_string(schema_id) + "}");
  expect(200, "POST", "/v1/validations", "/v1/validations",
         R"({"topic":"people","samples":[{}],"schemaId":99})");
  expect(200, "GET", "/v1/rules", "/v1/rules");
  rules::Problem wrong;
  wrong.message = "wrong";
  status_.refused(clock_.now_ms(), {wrong});
  expect(200, "GET", "/v1/rules", "/v1/rules");
  expect(200, "GET", "/v1/topics", "/v1/topics");
  for (const char* path : {"/metrics", "/healthz", "/readyz", "/openapi.json"})
    expect(200, "GET", path, path);
  not_ready_ = "why";
  expect(503, "GET", "/readyz", "/readyz");

  serve("token");
  for (const AdminApi::Route& route : AdminApi::routes()) {
    const std::string method(route.method), path(route.path);
    expect(400, method, path, path + "?no-such-parameter=1", "", "Bearer token");
    if (!route.open) expect(401, method, path, path);
  }
  Names described;
  for (const AdminApi::Route& route : AdminApi::routes()) {
    const std::string name = std::string(route.method) + ' ' + std::string(route.path);
    for (const auto& [status, _] :
         operation(std::string(route.method), std::string(route.path))["responses"].items())
      described.insert(name + ' ' + status);
  }
  EXPECT_EQ(seen_, described);
}

TEST_F(OpenApiTest, BodiesAreTakenAsDescribed) {
  keep(draft_of(1));
  struct Case {
    std::string method, path, target, body;
  };
  const std::string one = "/v1/rejects/" + id_of(1).text();
  for (const Case& c : std::initializer_list<Case>{
           {"PATCH", "/v1/rejects/{id}", one, R"({"state":"open"})"},
           {"PATCH", "/v1/rejects/{id}", one, R"({"state":"shut"})"},
           {"PATCH", "/v1/rejects/{id}", one, R"({"state":"open","x":1})"},
           {"PATCH", "/v1/rejects/{id}", one, R"({})"},
           {"POST", "/v1/validations", "/v1/validations", R"({"topic":"t","samples":[1,"a",null]})"},
           {"POST", "/v1/validations", "/v1/validations", R"({"topic":"t","samples":[1],"schemaId":3})"},
           {"POST", "/v1/validations", "/v1/validations",
            R"({"topic":"t","samples":[],"schemaId":3000000000})"},
           {"POST", "/v1/validations", "/v1/validations", R"({"topic":"t"})"},
           {"POST", "/v1/validations", "/v1/validations", R"({"topic":1,"samples":[]})"},
           {"POST", "/v1/validations", "/v1/validations", R"({"topic":"t","samples":[],"shemaId":3})"}}) {
    const json& schema = operation(c.method, c.path)["requestBody"]["content"]["application/json"]["schema"];
    const bool described = problems_of(c.body, schema).empty();
    EXPECT_EQ(ask(c.method, c.target, c.body).status == 200, described) << c.body;
  }
}

}  // namespace
}  // namespace assay::proxy
