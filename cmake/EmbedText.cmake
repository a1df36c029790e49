# embed_text(TARGET FILE SYMBOL NAMESPACE): makes the text of FILE the constant `std::string_view NAMESPACE::SYMBOL()`,
# so that the binary carries what it publishes.
function(embed_text target file symbol namespace)
  file(READ ${file} text)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cc)
  file(CONFIGURE OUTPUT ${out} @ONLY CONTENT
"#include <string_view>

namespace @namespace@ {

std::string_view @symbol@() {
  static constexpr std::string_view kText = R\"~~~~(@text@)~~~~\";
  return kText;
}

}  // namespace @namespace@
")
  target_sources(${target} PRIVATE ${out})
endfunction()
