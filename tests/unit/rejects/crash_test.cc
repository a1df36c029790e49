// What a ticket promises outlives the process.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "tests/unit/rejects/store_fixture.h"

namespace assay::rejects::testing {
namespace {

// Nothing may expire here: the drafts are of a fixed time.
StoreOptions options() {
  StoreOptions options;
  options.retention_age_ms = INT64_MAX / 2;
  return options;
}

// In a child process: keeps batches for ever, writes each told id to the pipe from within the ticket.
[[noreturn]] void run_child(const std::filesystem::path& folder, int pipe) {
  Limits limits;
  Metrics metrics;
  auto store = RejectStore::open(folder, options(), limits, metrics, system_clock());
  if (!store) _exit(2);
  for (std::uint64_t id = 1;; ++id) {
    std::vector<Draft> drafts;
    drafts.push_back(draft_of(id));
    (*store)->count({{"customers", "", "billing", 3}});
    (*store)->keep(std::move(drafts), [pipe, id](const Result<void>& kept) {
      if (!kept || write(pipe, &id, sizeof id) != sizeof id) _exit(3);
    });
  }
}

TEST(Crash, KillRightAfterTheTicketLosesNothing) {
  const TemporaryFolder folder("assay_rejects_crash");
  std::uint64_t last_told = 0;
  for (int round = 0; round < 3; ++round) {
    std::array<int, 2> pipes{};
    ASSERT_EQ(pipe(pipes.data()), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      close(pipes[0]);
      run_child(folder.path, pipes[1]);
    }
    close(pipes[1]);
    std::uint64_t id = 0, told = 0;
    // The kill comes while more is on its way.
    while (told < static_cast<std::uint64_t>(50 * (round + 1)) && read(pipes[0], &id, sizeof id) == sizeof id)
      told = id;
    kill(child, SIGKILL);
    while (read(pipes[0], &id, sizeof id) == sizeof id) told = id;
    int status = 0;
    waitpid(child, &status, 0);
    close(pipes[0]);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << status;
    ASSERT_GT(told, 0U);
    last_told = std::max(last_told, told);

    Limits limits;
    Metrics metrics;
    auto store = RejectStore::open(folder.path, options(), limits, metrics, system_clock());
    ASSERT_TRUE(store) << store.error().message();
    for (std::uint64_t number = 1; number <= last_told; ++number) {
      ASSERT_TRUE((*store)->find(id_of(number))) << number << " of " << last_told;
    }
    EXPECT_EQ((*store)->payload(id_of(last_told), false)->value, draft_of(last_told).violating[0].value);
  }
}

}  // namespace
}  // namespace assay::rejects::testing
