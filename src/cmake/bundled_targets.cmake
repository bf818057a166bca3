# What the bundled flavour makes of the targets that both have, and libcupel.a,
# which it has alone: one object that shows the C interface and nothing else, for
# programs that want no shared library (Go with the tag cupel_static).
foreach(target IN ITEMS cupel cupel-runner cupel-job-runner)
  cupel_link_bundled(${target})
endforeach()

set(cupel_static_dir ${PROJECT_BINARY_DIR}/static)
set(cupel_static_objects)
get_property(modules GLOBAL PROPERTY CUPEL_MODULES)
foreach(module IN LISTS modules)
  list(APPEND cupel_static_objects $<TARGET_OBJECTS:cupel_${module}_objects>)
endforeach()
file(GLOB cupel_archives CONFIGURE_DEPENDS ${CUPEL_BUNDLED_PREFIX}/lib/*.a)
list(JOIN cupel_archives "\n" archive_lines)
file(GENERATE OUTPUT ${cupel_static_dir}/objects.txt
     CONTENT "$<JOIN:${cupel_static_objects},\n>\n")
file(GENERATE OUTPUT ${cupel_static_dir}/archives.txt
     CONTENT "${archive_lines}\n")

set(cupel_symbols ${PROJECT_SOURCE_DIR}/capi/abi/symbols.txt)
add_custom_command(
  OUTPUT ${cupel_static_dir}/lib/libcupel.a
  COMMAND
    ${PROJECT_SOURCE_DIR}/tools/static_library.sh ${CMAKE_CXX_COMPILER}
    ${CMAKE_OBJCOPY} ${CMAKE_AR} ${cupel_symbols} ${cupel_static_dir}
  DEPENDS ${cupel_static_objects} ${cupel_archives} ${cupel_symbols}
          ${PROJECT_SOURCE_DIR}/tools/static_library.sh
          ${cupel_static_dir}/objects.txt ${cupel_static_dir}/archives.txt
  VERBATIM)
add_custom_target(cupel_static DEPENDS ${cupel_static_dir}/lib/libcupel.a)

# For use without installing; what is installed is seen from where it is.
set(cupel_pc_prefix ${cupel_static_dir})
set(cupel_pc_libdir ${cupel_static_dir}/lib)
set(cupel_pc_includedir ${PROJECT_SOURCE_DIR}/include)
configure_file(${PROJECT_SOURCE_DIR}/src/cmake/cupel-static.pc.in
               ${cupel_static_dir}/lib/pkgconfig/cupel-static.pc @ONLY)
