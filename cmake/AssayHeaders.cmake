# The target `headers`: every header of the rooms compiled alone, and twice, so that each brings what it needs and
# guards itself. Not part of the default build.
file(GLOB_RECURSE room_headers CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}
  base/*.h record/*.h kafka/*.h registry/*.h rules/*.h judge/*.h io/*.h rejects/*.h proxy/*.h)
set(alone)
foreach(header ${room_headers})
  string(REGEX REPLACE "[/.]" "_" unit ${header})
  set(source ${CMAKE_BINARY_DIR}/headers/${unit}.cc)
  file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${header}\"\n#include \"${header}\"\n" @ONLY)
  list(APPEND alone ${source})
endforeach()
add_library(headers OBJECT EXCLUDE_FROM_ALL ${alone})
target_link_libraries(headers PRIVATE assay_options)
target_compile_options(headers PRIVATE -O0 -g0)
