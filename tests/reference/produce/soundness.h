// Any bytes as a Produce request, decided by inspect in one fixed world, and looked at by slow twins: what
// may never happen, whatever the bytes are.
#pragma once

#include <string>

#include "tests/reference/produce/world.h"

namespace assay::kit {

// Topic "json": plain JSON objects with an age above 0. Topic "avro": framed with schema id 1, a name and an
// age above 0. Topic "other": not judged. Topic ids {1}, {2} and {3} name them.
World fixed_world();
std::string good_json(int age);
std::string good_avro(int age);

// What is wrong with the decision on that request: a crash aside, a record that a twin refuses and that is
// forwarded all the same, a partition that nobody answers, texts and codes outside their bounds. Empty when
// nothing is, also when the bytes are no request.
std::string complaint(World& world, Bytes frame);

// The same bytes with length, magic and CRC of every batch made right, where it has room for them; so that
// what is behind the CRC is reached.
Buffer sealed(Bytes frame);

}  // namespace assay::kit
