// A registry on a disk of its own, with schemas that are read by a stand-in: anything but "bad" is one.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "io/http/url.h"
#include "registry/api/registry_api.h"
#include "registry/store/registry.h"
#include "registry/store/sqlite_store.h"

namespace assay::registry {

class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "assay-registry-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline Result<std::shared_ptr<const schema::Schema>> read_anything(schema::Format format,
                                                                   std::string_view text,
                                                                   std::span<const schema::Reference>,
                                                                   const Limits&) {
  if (format == schema::Format::protobuf) return Error(ErrorCode::unsupported, "no Protobuf here");
  if (text.find("bad") != text.npos) return Error(ErrorCode::invalid, "it is bad");
  return std::shared_ptr<const schema::Schema>{};
}

struct Embedded {
  TempFolder folder;
  ManualClock clock{1'000};
  std::unique_ptr<Store> store = open_sqlite_store(folder.file("registry.db")).value();
  std::unique_ptr<Registry> registry = std::make_unique<Registry>(*store, Limits{}, &read_anything, clock);
  std::unique_ptr<RegistryApi> api = std::make_unique<RegistryApi>(*registry);

  // As after a restart.
  void reopen() {
    api.reset();
    registry.reset();
    store.reset();
    store = open_sqlite_store(folder.file("registry.db")).value();
    registry = std::make_unique<Registry>(*store, Limits{}, &read_anything, clock);
    api = std::make_unique<RegistryApi>(*registry);
  }

  io::HttpResponse ask(const std::string& method, const std::string& target, std::string body = {},
                       std::string accept = {}) const {
    io::HttpRequest request;
    request.method = method;
    io::parse_target(target, request);
    request.body = std::move(body);
    if (!accept.empty()) request.headers.add("Accept", accept);
    return api->handle(request);
  }
};

inline SchemaContent avro(std::string text, std::vector<SchemaReference> references = {}) {
  return {schema::Format::avro, std::move(text), std::move(references), {}, {}};
}

}  // namespace assay::registry
