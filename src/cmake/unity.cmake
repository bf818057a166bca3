# Reading headers is two thirds of what compiling this project costs, so with
# CUPEL_UNITY the sources of a target are compiled several at once, and what many
# include is read beforehand. A source must still stand alone: the presets `dev`
# and `clang` (./dev check) build each by itself.
option(CUPEL_UNITY "Compile several sources of a target at once" OFF)

# cupel_precompiled(kind LIBS library… [OPTIONS flag…] HEADERS <header>…): read
# beforehand for the targets of that kind, which are compiled with the flags of this folder, of
# LIBS and with OPTIONS. What is optimised goes without: GCC 12 would then warn of
# what is in the system's headers.
function(cupel_precompiled kind)
  cmake_parse_arguments(ARG "" "" "LIBS;OPTIONS;HEADERS" ${ARGN})
  if(NOT CUPEL_UNITY OR (kind MATCHES "^(library|program)$" AND NOT CUPEL_SANITIZE))
    return()
  endif()
  set(source ${PROJECT_BINARY_DIR}/precompiled/${kind}.cc)
  file(CONFIGURE OUTPUT ${source} CONTENT "int main() {}\n")
  if(kind STREQUAL "library")
    add_library(cupel_precompiled_${kind} OBJECT ${source})
  else()
    add_executable(cupel_precompiled_${kind} ${source})
  endif()
  target_link_libraries(cupel_precompiled_${kind} PRIVATE ${ARG_LIBS})
  target_compile_options(cupel_precompiled_${kind} PRIVATE ${ARG_OPTIONS})
  set_property(GLOBAL PROPERTY CUPEL_PRECOMPILED_${kind} ${ARG_OPTIONS})
  target_precompile_headers(cupel_precompiled_${kind} PRIVATE ${ARG_HEADERS})
endfunction()

# cupel_unity(target kind): may be compiled so.
function(cupel_unity target kind)
  set_property(GLOBAL APPEND PROPERTY CUPEL_UNITY_TARGETS ${target})
  if(TARGET cupel_precompiled_${kind})
    get_property(options GLOBAL PROPERTY CUPEL_PRECOMPILED_${kind})
    target_compile_options(${target} PRIVATE ${options})
    target_precompile_headers(${target} REUSE_FROM cupel_precompiled_${kind})
  endif()
endfunction()

# Once all targets are there: unity_groups.py says which sources go together.
function(cupel_apply_unity)
  get_property(targets GLOBAL PROPERTY CUPEL_UNITY_TARGETS)
  if(NOT CUPEL_UNITY OR NOT targets)
    return()
  endif()
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  set(lines)
  foreach(target IN LISTS targets)
    get_target_property(sources ${target} SOURCES)
    get_target_property(dir ${target} SOURCE_DIR)
    list(TRANSFORM sources PREPEND ${dir}/ REGEX "^[^/$]")
    list(FILTER sources INCLUDE REGEX "^${PROJECT_SOURCE_DIR}/")
    list(FILTER sources EXCLUDE REGEX "^${PROJECT_BINARY_DIR}/")
    string(APPEND lines "${target}|${sources}\n")
  endforeach()
  set(list_file ${PROJECT_BINARY_DIR}/unity_targets.txt)
  file(WRITE ${list_file} "${lines}")
  execute_process(
    COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/src/cmake/unity_groups.py
            ${list_file}
    OUTPUT_VARIABLE groups COMMAND_ERROR_IS_FATAL ANY)
  set_target_properties(${targets} PROPERTIES UNITY_BUILD ON
                                              UNITY_BUILD_MODE GROUP)
  string(REGEX MATCHALL "[^\n]+" groups "${groups}")
  foreach(line IN LISTS groups)
    string(REPLACE "|" ";" words "${line}")
    list(GET words 0 target)
    list(GET words 1 source)
    list(GET words 2 group)
    set_source_files_properties(${source} TARGET_DIRECTORY ${target}
                                PROPERTIES UNITY_GROUP ${group})
  endforeach()
endfunction()
