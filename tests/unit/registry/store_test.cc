#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>

#include <future>
#include <thread>

#include "registry/store/embedded_source.h"
#include "registry_fixture.h"

namespace assay::registry {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Store, SaysWhichFileItCannotOpen) {
  const auto store = open_sqlite_store("/nowhere/at/all.db");
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message(), HasSubstr("/nowhere/at/all.db"));
}

TEST(Store, RefusesAFileThatIsNoDatabase) {
  const TempFolder folder;
  std::FILE* file = std::fopen(folder.file("x.db").c_str(), "w");
  for (int i = 0; i < 1000; ++i) std::fputs("not a database ", file);
  std::fclose(file);
  EXPECT_FALSE(open_sqlite_store(folder.file("x.db")));
}

// What was answered is there after the process was killed without warning.
TEST(Store, KeepsWhatItAnsweredThroughAKill) {
  const TempFolder folder;
  int said[2];
  ASSERT_EQ(::pipe(said), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = open_sqlite_store(folder.file("r.db")).value();
    Registry registry(*store, Limits{}, &read_anything);
    for (int i = 0;; ++i) {
      const auto added = registry.add("s", avro("\"schema " + std::to_string(i) + "\""), 0, 0);
      if (!added || ::write(said[1], &added->schema.id, sizeof added->schema.id) < 0) ::_exit(1);
    }
  }
  std::int32_t id = 0;
  for (int i = 0; i < 20; ++i) ASSERT_EQ(::read(said[0], &id, sizeof id), static_cast<ssize_t>(sizeof id));
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  ::close(said[1]);
  for (std::int32_t more = 0; ::read(said[0], &more, sizeof more) == static_cast<ssize_t>(sizeof more);)
    id = more;
  ::close(said[0]);

  const auto store = open_sqlite_store(folder.file("r.db")).value();
  for (std::int32_t i = 1; i <= id; ++i) {
    const auto schema = store->by_id(i).value();
    ASSERT_TRUE(schema) << i;
    EXPECT_EQ(schema->content.text, "\"schema " + std::to_string(i - 1) + "\"");
  }
  EXPECT_GE(store->versions_of("s").value().size(), static_cast<std::size_t>(id));
}

TEST(Registry, GivesEveryoneTheSameIdAtOnce) {
  Embedded embedded;
  std::vector<std::thread> threads;
  std::vector<std::int32_t> ids(8);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 10; ++k) {
        ids[i] = embedded.registry->add("s", avro("\"s" + std::to_string(k) + "\""), 0, 0)->schema.id;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(ids, testing::Each(10));
  EXPECT_EQ(embedded.store->versions_of("s").value().size(), 10U);
}

TEST(Registry, RefusesSchemasThatAreTooLarge) {
  Embedded embedded;
  const auto added = embedded.registry->add("s", avro(std::string(Limits{}.schema_bytes_max + 1, ' ')), 0, 0);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().reason, Refusal::schema_too_large);
}

FetchedSchema fetched(SchemaSource& source, const schema::SchemaRef& ref) {
  std::promise<Result<FetchedSchema>> promise;
  source.fetch(ref, [&](Result<FetchedSchema> schema) { promise.set_value(std::move(schema)); });
  return promise.get_future().get().value();
}

TEST(EmbeddedSource, ResolvesReferencesDeepestFirst) {
  Embedded embedded;
  Registry& registry = *embedded.registry;
  ASSERT_TRUE(registry.add("c", avro("\"c\""), 0, 0));
  ASSERT_TRUE(registry.add("b", avro("\"b\"", {{"C", "c", 1}}), 0, 0));
  ASSERT_TRUE(registry.add("d", avro("\"d\"", {{"C", "c", 1}}), 0, 0));
  const auto top = registry.add("a", avro("\"a\"", {{"B", "b", 1}, {"D", "d", 1}}), 0, 0);
  ASSERT_TRUE(top);
  const auto source = make_embedded_source(registry);
  const FetchedSchema schema = fetched(*source, {std::nullopt, top->schema.id});
  EXPECT_EQ(schema.text, "\"a\"");
  std::vector<std::string> names;
  for (const auto& reference : schema.references) names.push_back(reference.name + reference.text);
  EXPECT_THAT(names, ElementsAre("C\"c\"", "B\"b\"", "D\"d\""));
  EXPECT_EQ(fetched(*source, {top->schema.guid, 0}).text, "\"a\"");
}

TEST(EmbeddedSource, AnswersWhatASourceIsAsked) {
  Embedded embedded;
  ASSERT_TRUE(embedded.registry->add("a", avro("\"x\""), 0, 0));
  ASSERT_TRUE(embedded.registry->add("b", avro("\"x\""), 0, 0));
  ASSERT_TRUE(embedded.registry->add("b", avro("\"y\""), 0, 0));
  ASSERT_TRUE(embedded.registry->remove("a", 0, Deletion::soft));
  const auto source = make_embedded_source(*embedded.registry);
  std::promise<std::vector<std::string>> owners;
  source->subjects_of({std::nullopt, 1}, [&](auto list) { owners.set_value(list.value()); });
  EXPECT_THAT(owners.get_future().get(), ElementsAre("a", "b"));  // deleted, but its data is out there

  std::promise<Ownership> other;
  source->belongs({std::nullopt, 1}, "c", [&](auto ownership) { other.set_value(ownership.value()); });
  const Ownership ownership = other.get_future().get();
  EXPECT_FALSE(ownership.belongs);
  EXPECT_THAT(ownership.owners, ElementsAre("a", "b"));

  std::promise<std::int32_t> latest;
  source->fetch_version("b", 0, [&](auto schema) { latest.set_value(schema.value().id); });
  EXPECT_EQ(latest.get_future().get(), 2);

  for (const schema::SchemaRef& ref :
       {schema::SchemaRef{std::nullopt, 9}, schema::SchemaRef{schema::Guid{}, 0}}) {
    std::promise<ErrorCode> missing;
    source->fetch(ref, [&](auto schema) { missing.set_value(schema.error().code()); });
    EXPECT_EQ(missing.get_future().get(), ErrorCode::not_found);
  }
}

}  // namespace
}  // namespace assay::registry
