// The end of a streamed response, from NodeEndpoints on, with addresses replaced in constant length. See
// endpoint_patcher.h.
#pragma once

#include "base/bytes.h"
#include "base/error.h"
#include "kafka/messages/addresses.h"

namespace assay::kafka {

// `tail` is [endpoints unless tagged] TAGS, with endpoints in field 0 when `tagged`. The result has its
// length:
//  - what the new endpoints do not need goes into a tagged field that nobody knows, zeros, behind the others;
//  - where they do not fit, or would leave a single byte (a field has two at least), they are left out.
Result<Buffer> patch_endpoints_tail(Bytes tail, bool tagged, const AddressMap& map);

}  // namespace assay::kafka
