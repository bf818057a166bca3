# A wheel (bindings/python/pyproject.toml). Included where scikit-build-core
# runs CMake; what is installed as the component `wheel` is what goes in:
#   cupel/_cupel.abi3.so      the extension
#   cupel/_lib/               the library, the programs that it starts, and
#   cupel/_lib/python/cupel/  what they start for plugins in Python
set(into cupel/_lib)
set_target_properties(cupel_python PROPERTIES INSTALL_RPATH "$ORIGIN/_lib")
install(TARGETS cupel_python LIBRARY DESTINATION cupel COMPONENT wheel)

# There are no links in a wheel: one file, under the name that is looked for.
install(
  FILES $<TARGET_FILE:cupel>
  DESTINATION ${into}
  PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
              WORLD_READ WORLD_EXECUTE
  COMPONENT wheel
  RENAME $<TARGET_SONAME_FILE_NAME:cupel>)
install(TARGETS cupel-runner cupel-job-runner RUNTIME DESTINATION ${into}
                                              COMPONENT wheel)
# A folder with nothing else in it: it goes before the standard library of the
# Python that runs the plugin.
install(
  DIRECTORY ${PROJECT_SOURCE_DIR}/bindings/python/cupel
  DESTINATION ${into}/python
  COMPONENT wheel
  FILES_MATCHING
  PATTERN "*.py"
  PATTERN "__pycache__" EXCLUDE)

set(licenses ${SKBUILD_METADATA_DIR}/licenses)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${licenses}
        COMPONENT wheel)
if(CUPEL_BUNDLED)
  install(DIRECTORY ${CUPEL_BUNDLED_PREFIX}/share/licenses/
          DESTINATION ${licenses}/bundled COMPONENT wheel)
endif()
