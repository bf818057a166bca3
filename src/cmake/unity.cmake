# Reading headers is two thirds of what compiling this project costs, so with
# CUPEL_UNITY the sources of a target are compiled several at once. A source must
# still stand alone: the presets `dev` and `clang` (./dev check) build each by
# itself.
option(CUPEL_UNITY "Compile several sources of a target at once" OFF)

# cupel_unity(target…): may be compiled so.
function(cupel_unity)
  set_property(GLOBAL APPEND PROPERTY CUPEL_UNITY_TARGETS ${ARGN})
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
