# GCC 12 sees overlapping copies in std::string that are not there (its bug
# 105651), in whatever code happens to concatenate.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION
                                            VERSION_LESS 13)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
endif()

# What every file of ours is compiled with; vendor headers come in as SYSTEM.
add_library(cupel_common INTERFACE)
target_include_directories(
  cupel_common INTERFACE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include
                         ${PROJECT_BINARY_DIR}/include)
target_compile_options(
  cupel_common INTERFACE -Wall -Wextra -Wnon-virtual-dtor
                         -Wno-missing-field-initializers)
if(NOT CUPEL_UNITY)
  # A name of another file of the same unit isn't shadowed in earnest.
  target_compile_options(cupel_common INTERFACE -Wshadow)
endif()
if(CUPEL_WERROR)
  target_compile_options(cupel_common INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12 calls what it has itself deprecated, in whatever code sorts
  # with std::stable_sort, and only Clang says so.
  target_compile_options(
    cupel_common INTERFACE -Wthread-safety
                           $<$<COMPILE_LANGUAGE:CXX>:-Wno-deprecated-declarations>)
else()
  # STB_GNU_UNIQUE objects pin a library in the process for ever.
  target_compile_options(cupel_common
                         INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fno-gnu-unique>)
endif()
target_link_libraries(
  cupel_common INTERFACE Threads::Threads fmt::fmt absl::status
                         absl::statusor absl::flat_hash_map absl::cleanup)
