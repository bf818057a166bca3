# Run by CPack over the staged packages, before it makes files of them.
file(GLOB components ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*)
foreach(folder IN LISTS components)
  cmake_path(GET folder FILENAME component)
  string(TOUPPER ${component} upper)
  set(name ${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
  if(NOT name)
    continue()
  endif()

  # Here everything is where the loader looks anyway.
  file(GLOB_RECURSE files LIST_DIRECTORIES OFF ${folder}/usr/bin/*
       ${folder}/usr/lib/*.so ${folder}/usr/lib/*.so.* ${folder}/usr/libexec/*)
  foreach(file IN LISTS files)
    if(NOT IS_SYMLINK ${file})
      file(RPATH_REMOVE FILE ${file})
    endif()
  endforeach()

  set(doc ${folder}/usr/share/doc/${name})
  file(MAKE_DIRECTORY ${doc})
  set(copyright copyright)
  if(component STREQUAL ssdeep)
    set(copyright copyright-ssdeep)
  endif()
  configure_file(${CMAKE_CURRENT_LIST_DIR}/${copyright} ${doc}/copyright
                 COPYONLY)
  # A package without a Debian revision has one changelog, in Debian's form.
  file(WRITE ${doc}/changelog
       "cupel (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium\n\n"
       "  * See CHANGELOG.md in the source.\n\n"
       " -- ${CPACK_PACKAGE_CONTACT}  Mon, 30 Nov 2026 12:00:00 +0000\n")
  file(GLOB manuals ${folder}/usr/share/man/man*/*.[1-9])
  execute_process(COMMAND gzip -9nf ${doc}/changelog ${manuals}
                  COMMAND_ERROR_IS_FATAL ANY)
endforeach()
