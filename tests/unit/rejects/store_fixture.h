// A store in a folder of its own, which tests close, damage and open again.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rejects/store.h"
#include "tests/reference/rejects/drafts.h"

namespace assay::rejects::testing {

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() { options_.maintenance_period_ms = 20; }

  Result<std::unique_ptr<RejectStore>> try_open() {
    return RejectStore::open(folder_.path, options_, limits_, metrics_, clock_);
  }
  void open() {
    auto store = try_open();
    ASSERT_TRUE(store) << store.error().message();
    store_ = std::move(*store);
  }
  void reopen() {
    store_.reset();
    open();
  }
  void keep(Draft draft) {
    std::vector<Draft> drafts;
    drafts.push_back(std::move(draft));
    const auto kept = keep_and_wait(*store_, std::move(drafts));
    ASSERT_TRUE(kept) << kept.error().message();
  }
  // Ids (their low byte) of the rows that a filter finds, newest first.
  std::vector<int> found(const RejectFilter& filter = {}) {
    auto page = store_->list(filter, 1000);
    EXPECT_TRUE(page) << (page ? "" : page.error().message());
    std::vector<int> ids;
    if (!page) return ids;
    for (const RejectRow& row : page->rows) ids.push_back(row.id.bytes[15]);
    return ids;
  }
  std::filesystem::path file(const std::string& name) const { return folder_.path / "rejects" / name; }

  TemporaryFolder folder_{std::string("assay_rejects_") +
                          ::testing::UnitTest::GetInstance()->current_test_info()->name()};
  Limits limits_;
  Metrics metrics_;
  ManualClock clock_{1'700'000'100'000};
  StoreOptions options_;
  std::unique_ptr<RejectStore> store_;
};

}  // namespace assay::rejects::testing
