# What `cmake --install` puts where. The tree may be moved afterwards: the
# program, the CMake package and cupel.pc find the library from where they are.
include(CMakePackageConfigHelpers)

set(cupel_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/cupel)

get_target_property(cupel_header_sets cupel INTERFACE_HEADER_SETS)
set(cupel_header_args)
foreach(header_set IN LISTS cupel_header_sets)
  list(APPEND cupel_header_args FILE_SET ${header_set} DESTINATION
       ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
endforeach()
install(
  TARGETS cupel
  EXPORT cupelTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
          COMPONENT library
          NAMELINK_COMPONENT development
  ${cupel_header_args})
install(EXPORT cupelTargets NAMESPACE cupel:: DESTINATION ${cupel_cmake_dir}
        COMPONENT development)

configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/src/cmake/CupelConfig.cmake.in
  ${PROJECT_BINARY_DIR}/cupelConfig.cmake
  INSTALL_DESTINATION ${cupel_cmake_dir})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/cupelConfigVersion.cmake
  COMPATIBILITY SameMajorVersion)
install(FILES ${PROJECT_BINARY_DIR}/cupelConfig.cmake
              ${PROJECT_BINARY_DIR}/cupelConfigVersion.cmake
        DESTINATION ${cupel_cmake_dir} COMPONENT development)

# cupel.pc says where things are as seen from itself, unless somebody asked for
# folders outside the prefix.
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}" OR IS_ABSOLUTE
                                            "${CMAKE_INSTALL_INCLUDEDIR}")
  set(cupel_pc_prefix ${CMAKE_INSTALL_PREFIX})
  set(cupel_pc_libdir ${CMAKE_INSTALL_FULL_LIBDIR})
  set(cupel_pc_includedir ${CMAKE_INSTALL_FULL_INCLUDEDIR})
else()
  file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
  string(REGEX REPLACE "/$" "" up "${up}")
  set(cupel_pc_prefix "\${pcfiledir}/${up}")
  set(cupel_pc_libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
  set(cupel_pc_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
configure_file(${PROJECT_SOURCE_DIR}/src/cmake/cupel.pc.in
               ${PROJECT_BINARY_DIR}/cupel.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/cupel.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
if(CUPEL_BUNDLED)
  # The target cupel_static makes it; who did not ask for it goes without.
  install(FILES ${PROJECT_BINARY_DIR}/static/lib/libcupel.a
          DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development OPTIONAL)
  configure_file(${PROJECT_SOURCE_DIR}/src/cmake/cupel-static.pc.in
                 ${PROJECT_BINARY_DIR}/cupel-static.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/cupel-static.pc
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
endif()
# What cupel-runner starts for Python plugins: `python3 -m cupel.host`.
install(
  DIRECTORY ${PROJECT_SOURCE_DIR}/bindings/python/cupel
  DESTINATION ${CMAKE_INSTALL_DATADIR}/cupel/python
  COMPONENT library
  FILES_MATCHING
  PATTERN "*.py"
  PATTERN "py.typed"
  PATTERN "__pycache__" EXCLUDE)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE
        DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT license)

install(TARGETS cupel-runner cupel-job-runner RUNTIME DESTINATION
                                     ${CMAKE_INSTALL_LIBEXECDIR}/cupel
                                     COMPONENT library)

if(TARGET cupel_cli)
  file(RELATIVE_PATH to_lib ${CMAKE_INSTALL_FULL_BINDIR}
       ${CMAKE_INSTALL_FULL_LIBDIR})
  set_target_properties(cupel_cli PROPERTIES INSTALL_RPATH "$ORIGIN/${to_lib}")
  install(TARGETS cupel_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
                                    COMPONENT program)

  file(GLOB_RECURSE rules CONFIGURE_DEPENDS
       ${PROJECT_SOURCE_DIR}/examples/rules/*.yar
       ${PROJECT_SOURCE_DIR}/examples/rules/*.inc)
  foreach(rule IN LISTS rules)
    cmake_path(RELATIVE_PATH rule BASE_DIRECTORY
               ${PROJECT_SOURCE_DIR}/examples/rules OUTPUT_VARIABLE place)
    cmake_path(GET place PARENT_PATH place)
    install(FILES ${rule}
            DESTINATION ${CMAKE_INSTALL_DATADIR}/cupel/rules/${place}
            COMPONENT program)
  endforeach()

  # The place where each shell looks by itself.
  set(completions ${PROJECT_SOURCE_DIR}/examples/cli/completions)
  foreach(pair IN ITEMS cupel.bash|bash-completion/completions/cupel
                        _cupel|zsh/site-functions/_cupel
                        cupel.fish|fish/vendor_completions.d/cupel.fish)
    string(REPLACE "|" ";" pair ${pair})
    list(GET pair 0 file)
    list(GET pair 1 place)
    if(EXISTS ${completions}/${file})
      cmake_path(GET place PARENT_PATH folder)
      cmake_path(GET place FILENAME name)
      install(FILES ${completions}/${file} RENAME ${name}
              DESTINATION ${CMAKE_INSTALL_DATADIR}/${folder}
              COMPONENT program)
    endif()
  endforeach()

  install(FILES ${PROJECT_SOURCE_DIR}/examples/cli/cupel.1
          DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)

  # Not enabled, and without a configuration: see docs/worker.md.
  install(FILES ${PROJECT_SOURCE_DIR}/examples/deploy/cupel-registry.service
                ${PROJECT_SOURCE_DIR}/examples/deploy/cupel-worker.service
          DESTINATION lib/systemd/system COMPONENT program)
  install(FILES ${PROJECT_SOURCE_DIR}/examples/deploy/worker.toml
          DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT program)
endif()

# Debian packages are made of this by people who build Cupel itself.
if(CUPEL_DEVELOPER AND NOT CUPEL_BUNDLED)
  include(${CMAKE_CURRENT_LIST_DIR}/packages.cmake)
endif()
