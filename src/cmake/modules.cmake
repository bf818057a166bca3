# One CMake target per folder of src/, so that the linker, like the layering
# test, refuses an arrow that points upwards.
#
#   cupel_module(archive SOURCES zip.cc … DEPS payload budget LIBS ZLIB::ZLIB)
#
# makes cupel_archive_objects (OBJECT, what libcupel.so is made of) and
# cupel_archive (STATIC, what the unit tests link; never installed). LIBS are
# the vendor libraries that only this folder may include.
function(cupel_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LIBS" ${ARGN})
  add_library(cupel_${name}_objects OBJECT ${ARG_SOURCES})
  target_link_libraries(cupel_${name}_objects PUBLIC cupel_common ${ARG_LIBS})
  cupel_unity(cupel_${name}_objects library)
  add_library(cupel_${name} STATIC $<TARGET_OBJECTS:cupel_${name}_objects>)
  target_link_libraries(cupel_${name} PUBLIC cupel_common ${ARG_LIBS})
  foreach(dep IN LISTS ARG_DEPS)
    target_link_libraries(cupel_${name} PUBLIC cupel_${dep})
  endforeach()
  set_property(GLOBAL APPEND PROPERTY CUPEL_MODULES ${name})
endfunction()

# cupel_unit_test(archive SOURCES zip_test.cc … DEPS support)
# One test program per module, one CTest test per program.
function(cupel_unit_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LAUNCHER" ${ARGN})
  add_executable(${name}_test ${ARG_SOURCES})
  cupel_unity(${name}_test test)
  target_link_libraries(${name}_test PRIVATE cupel_common GTest::gmock
                                             GTest::gtest_main)
  foreach(dep IN LISTS ARG_DEPS)
    target_link_libraries(${name}_test PRIVATE cupel_${dep})
  endforeach()
  target_include_directories(${name}_test PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_definitions(
    ${name}_test PRIVATE CUPEL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${ARG_LAUNCHER} $<TARGET_FILE:${name}_test>)
  set_tests_properties(${name} PROPERTIES TIMEOUT 300)
endfunction()

# cupel_test_on_postgres(store) runs store_test once more, with a PostgreSQL of
# its own in CUPEL_TEST_POSTGRES (tests/support/with_postgres.py).
function(cupel_test_on_postgres name)
  if(NOT TARGET cupel-driver-postgresql)
    return()
  endif()
  add_dependencies(${name}_test cupel-driver-postgresql)
  add_test(NAME ${name}_on_postgres
           COMMAND python3 ${PROJECT_SOURCE_DIR}/tests/support/with_postgres.py
                   $<TARGET_FILE:${name}_test>)
  set_tests_properties(${name}_on_postgres PROPERTIES TIMEOUT 600)
endfunction()

# Like cupel_unit_test, for a program that is only run with a PostgreSQL.
# WRAPPER_ARGS are with_postgres.py's.
function(cupel_postgres_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;WRAPPER_ARGS" ${ARGN})
  cupel_unit_test(
    ${name} SOURCES ${ARG_SOURCES} DEPS ${ARG_DEPS}
    LAUNCHER python3 ${PROJECT_SOURCE_DIR}/tests/support/with_postgres.py
             ${ARG_WRAPPER_ARGS})
  add_dependencies(${name}_test cupel-driver-postgresql)
  set_tests_properties(${name} PROPERTIES TIMEOUT 600)
endfunction()
