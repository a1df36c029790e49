// Secrets: what a masked record leaves on the disk, and who may read it.
#include <fstream>
#include <iterator>

#include "tests/unit/rejects/store_fixture.h"

namespace assay::rejects::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kSecret = "plaintext-ssn-078-05-1120";

Buffer secret() {
  return {kSecret.begin(), kSecret.end()};
}

class MaskingTest : public StoreTest {
 protected:
  static Draft secret_draft() {
    Draft draft = draft_of(1, 2);
    DraftRecord& record = draft.violating[0];
    record.key = secret();
    record.value = secret();
    record.headers = {{"ssn", secret()}};
    record.masked = true;
    record.violations[0].masked = true;
    record.violations[0].fragment = kSecret;
    // The parent of a masked field: its fragment has the secret in it too.
    Violation parent = violation_of("schema", "$", "required");
    parent.fragment = std::string("{\"ssn\":\"") + std::string(kSecret) + "\"}";
    record.violations.push_back(parent);
    return draft;
  }
  // Whether any file of the store holds these bytes.
  bool on_disk(std::string_view bytes) const {
    for (const auto& entry : std::filesystem::directory_iterator(file(""))) {
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string content((std::istreambuf_iterator<char>(in)), {});
      if (content.find(bytes) != std::string::npos) return true;
    }
    return false;
  }
  static io::SealKey key_of(std::uint8_t fill) { return io::SealKey::from_bytes(Buffer(32, fill)).value(); }
};

TEST_F(MaskingTest, WithoutAKeyThePayloadIsNowhere) {
  open();
  keep(secret_draft());
  const RejectRow row = store_->find(id_of(1)).value();
  EXPECT_EQ(row.payload, PayloadState::dropped);
  EXPECT_EQ(row.key, std::nullopt);
  EXPECT_EQ(row.value_bytes, 0);
  ASSERT_EQ(row.violations.size(), 2U);
  EXPECT_THAT(row.violations[0].fragment, IsEmpty());
  EXPECT_THAT(row.violations[1].fragment, IsEmpty());
  EXPECT_EQ(store_->payload(id_of(1), true).error().code(), ErrorCode::not_found);
  EXPECT_TRUE(on_disk("age-positive")) << "this way of looking finds what is there";
  EXPECT_FALSE(on_disk(kSecret));
  EXPECT_EQ(store_->payload(id_of(2), false)->value, Buffer(40, 1)) << "its neighbour is plain";
}

TEST_F(MaskingTest, MaskedViolationIsEnoughToMaskTheRecord) {
  open();
  Draft draft = secret_draft();
  draft.violating[0].masked = false;
  keep(std::move(draft));
  EXPECT_FALSE(on_disk(kSecret));
}

TEST_F(MaskingTest, WithAKeyThePayloadIsSealed) {
  options_.seal_key = key_of(7);
  open();
  EXPECT_TRUE(store_->seals_payloads());
  keep(secret_draft());
  EXPECT_EQ(store_->find(id_of(1))->payload, PayloadState::sealed);
  EXPECT_FALSE(on_disk(kSecret));
  EXPECT_EQ(store_->payload(id_of(1), false).error().code(), ErrorCode::denied);
  const RejectPayload payload = store_->payload(id_of(1), true).value();
  EXPECT_EQ(payload.key, secret());
  EXPECT_EQ(payload.value, secret());
  EXPECT_THAT(payload.headers, ElementsAre(std::pair("ssn", std::optional(secret()))));
}

TEST_F(MaskingTest, AnotherKeyDoesNotOpenIt) {
  options_.seal_key = key_of(7);
  open();
  keep(secret_draft());
  options_.seal_key = key_of(8);
  reopen();
  const auto refused = store_->payload(id_of(1), true);
  EXPECT_EQ(refused.error().code(), ErrorCode::denied);
  EXPECT_THAT(refused.error().message(), HasSubstr(key_of(7).id()));
  options_.seal_key.reset();
  reopen();
  EXPECT_EQ(store_->payload(id_of(1), true).error().code(), ErrorCode::denied);
}

TEST_F(MaskingTest, MaskedRecordIsNotFoundByItsKey) {
  options_.seal_key = key_of(7);
  open();
  keep(secret_draft());
  RejectFilter filter;
  filter.key = secret();
  EXPECT_THAT(found(filter), IsEmpty());
}

TEST_F(MaskingTest, MaskedRecordThatCameWithoutPayloadIsDropped) {
  options_.seal_key = key_of(7);
  open();
  Draft draft = secret_draft();
  draft.violating[0].key = draft.violating[0].value = std::nullopt;
  draft.violating[0].headers.clear();
  keep(std::move(draft));
  EXPECT_EQ(store_->find(id_of(1))->payload, PayloadState::dropped);
}

}  // namespace
}  // namespace assay::rejects::testing
