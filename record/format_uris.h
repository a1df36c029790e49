// RFC 3986 URIs with the addresses in them, and RFC 6570 templates. Behind record/formats.h.
#pragma once

#include <string_view>

namespace assay {

bool is_ipv4(std::string_view text);  // dotted decimal, no leading zeros
bool is_ipv6(std::string_view text);  // RFC 4291 §2.2, no zone
bool is_uri(std::string_view text);   // with a scheme; a fragment may follow
bool is_uri_reference(std::string_view text);
bool is_uri_template(std::string_view text);

}  // namespace assay
