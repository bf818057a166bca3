# The bundled flavour (docs/bundled.md): every library that is no header comes
# from one prefix as a static archive, which tools/bundled.sh makes, and nothing
# of it can be seen from outside. Included by deps.cmake before it looks for
# anything.
if(DEFINED ENV{CUPEL_BUNDLED_PREFIX})
  set(prefix $ENV{CUPEL_BUNDLED_PREFIX})
else()
  set(prefix ${PROJECT_SOURCE_DIR}/build/bundled/prefix)
endif()
set(CUPEL_BUNDLED_PREFIX ${prefix}
    CACHE PATH "Where tools/bundled.sh has put the static libraries")
if(NOT EXISTS ${CUPEL_BUNDLED_PREFIX}/lib/libabsl_status.a)
  message(FATAL_ERROR "CUPEL_BUNDLED: no static libraries are in "
                      "${CUPEL_BUNDLED_PREFIX}. `./dev bundled` makes them; "
                      "-DCUPEL_BUNDLED_PREFIX= says where they are.")
endif()
list(PREPEND CMAKE_PREFIX_PATH ${CUPEL_BUNDLED_PREFIX})
# Before the system's, which still has what only programs and tests need. With
# --static an archive's own needs are linked, too.
set(ENV{PKG_CONFIG_PATH}
    "${CUPEL_BUNDLED_PREFIX}/lib/pkgconfig:$ENV{PKG_CONFIG_PATH}")
set(PKG_CONFIG_ARGN --static)

# CMake's own module would look for the whole of protobuf.
find_program(CUPEL_PROTOC protoc REQUIRED)
add_executable(protobuf::protoc IMPORTED)
set_target_properties(protobuf::protoc PROPERTIES IMPORTED_LOCATION
                                                  ${CUPEL_PROTOC})
add_library(protobuf::libprotobuf-lite STATIC IMPORTED)
set_target_properties(
  protobuf::libprotobuf-lite
  PROPERTIES IMPORTED_LOCATION ${CUPEL_BUNDLED_PREFIX}/lib/libprotobuf-lite.a
             INTERFACE_INCLUDE_DIRECTORIES ${CUPEL_BUNDLED_PREFIX}/include
             INTERFACE_LINK_LIBRARIES Threads::Threads)

# cupel_link_bundled(TARGET): what is in archives, the C++ runtime too, stays
# inside; what nothing refers to is left out. libgcc_s is shared: one unwinder
# per process, and a static one needs a newer glibc than the rest.
function(cupel_link_bundled target)
  target_link_options(
    ${target} PRIVATE -static-libstdc++ LINKER:--exclude-libs,ALL
    LINKER:--gc-sections LINKER:--strip-all)
endfunction()
