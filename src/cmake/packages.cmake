# Debian packages, made of what `cmake --install` puts where: `./dev packages`,
# or `cpack -G DEB` in a build folder. docs/packages.md tells what is in which;
# components have the names of install(… COMPONENT …).
set(debian ${CMAKE_CURRENT_LIST_DIR}/debian)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME cupel)
set(CPACK_PACKAGE_CONTACT
    "Cupel maintainers <maintainers@users.noreply.h-seed-541551af.example>")
# Each package says for itself what it is.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
    WORLD_EXECUTE)
# Takes search paths out and puts copyright and changelog in.
set(CPACK_PRE_BUILD_SCRIPTS ${debian}/finish.cmake)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SOURCE cupel)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Where libcupel.so.1 is before it is in a package.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR}/capi)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

# cupel_package(COMPONENT NAME SECTION DESCRIPTION [DEPENDS COMPONENT…]
#               [ON TEXT] [RECOMMENDS TEXT] [SUGGESTS TEXT] [CONTROL FILE…])
# DEPENDS: other packages of ours, in the same version. ON: of others, beside
# those that dpkg-shlibdeps finds.
set(CPACK_COMPONENTS_ALL)
macro(cupel_package component name section description)
  cmake_parse_arguments(ARG "" "ON;RECOMMENDS;SUGGESTS" "DEPENDS;CONTROL"
                        ${ARGN})
  string(TOUPPER ${component} upper)
  list(APPEND CPACK_COMPONENTS_ALL ${component})
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${name})
  set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION ${section})
  set(CPACK_DEBIAN_${upper}_DESCRIPTION "${description}")
  set(CPACK_COMPONENT_${upper}_DEPENDS ${ARG_DEPENDS})
  set(CPACK_DEBIAN_${upper}_PACKAGE_DEPENDS "${ARG_ON}")
  set(CPACK_DEBIAN_${upper}_PACKAGE_RECOMMENDS "${ARG_RECOMMENDS}")
  set(CPACK_DEBIAN_${upper}_PACKAGE_SUGGESTS "${ARG_SUGGESTS}")
  set(CPACK_DEBIAN_${upper}_PACKAGE_CONTROL_EXTRA ${ARG_CONTROL})
endmacro()

# What programs that are linked with the library will depend on: the version
# that brought the newest function they use, from the nodes of the symbols.
set(library_name libcupel${PROJECT_VERSION_MAJOR})
file(STRINGS ${PROJECT_SOURCE_DIR}/capi/abi/symbols.txt symbols)
set(symbols_file
    "libcupel.so.${PROJECT_VERSION_MAJOR} ${library_name} #MINVER#\n")
foreach(symbol IN LISTS symbols)
  string(REGEX REPLACE "^.*@" "" node ${symbol})
  string(REGEX REPLACE "@.*$" "" name ${symbol})
  string(REGEX REPLACE "^CUPEL_" "" since ${node})
  if(NOT since MATCHES "[.]")
    string(APPEND since ".0")
  endif()
  string(APPEND symbols_file " ${name}@${node} ${since}\n")
endforeach()
set(made ${PROJECT_BINARY_DIR}/debian)
file(WRITE ${made}/symbols "${symbols_file}")
file(WRITE ${made}/shlibs
     "libcupel ${PROJECT_VERSION_MAJOR} ${library_name} "
     "(>= ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})\n")

cupel_package(
  library ${library_name} libs
  "embeddable engine for scan jobs - shared library
Cupel scans files and packages with YARA rules, unpacks archives of many
formats on the way, and tells for every byte whether it was scanned. It also
keeps plugins, settings, queues and workers for such jobs.
.
This is the shared library, which has a C interface, and the programs it
starts to run plugins and jobs in processes of their own."
  RECOMMENDS "python3 (>= 3.11)"
  SUGGESTS "cupel-postgresql, cupel-amqp, cupel-ssdeep, podman"
  CONTROL ${made}/symbols ${made}/shlibs ${debian}/library/triggers
          ${debian}/library/postinst ${debian}/library/prerm
          ${debian}/library/postrm)

cupel_package(
  development libcupel-dev libdevel
  "embeddable engine for scan jobs - development files
Cupel scans files and packages with YARA rules, unpacks archives of many
formats on the way, and tells for every byte whether it was scanned.
.
This has what programs in C and C++ are built with: the headers, the CMake
package cupel and cupel.pc for pkg-config. Plugins and drivers need the
headers only."
  DEPENDS library
  SUGGESTS "cmake, pkg-config")

cupel_package(
  program cupel utils
  "scan files and packages with YARA rules, and work scan jobs
Cupel scans files and packages with YARA rules, unpacks archives of many
formats on the way, and tells for every byte whether it was scanned.
.
This is the program: it scans, shows and runs plugins, serves a registry of
plugins and settings over HTTP, and works jobs of queues. It brings example
rules, completions for shells, and units of systemd that are not enabled."
  DEPENDS library
  SUGGESTS "python3-cupel")

if(TARGET cupel_python AND CUPEL_PYTHON_DIR)
  cupel_package(
    python python3-cupel python
    "embeddable engine for scan jobs - Python 3 package
Cupel scans files and packages with YARA rules, unpacks archives of many
formats on the way, and tells for every byte whether it was scanned.
.
This is the package cupel for Python 3.11 and newer: scanning, reports,
plugins, registries, queues and workers, and cupel.yara for programs that
were written for yara-python."
    DEPENDS library
    ON "python3 (>= 3.11)"
    CONTROL ${debian}/python/postinst ${debian}/python/prerm)
endif()
if(TARGET cupel-driver-amqp)
  cupel_package(
    amqp cupel-amqp utils
    "embeddable engine for scan jobs - RabbitMQ
Cupel scans files and packages with YARA rules, and works jobs of queues.
.
This is the driver for queues in RabbitMQ (amqp://, amqps://), and plugins that
read from them and write reports to them."
    DEPENDS library)
endif()
if(TARGET cupel-driver-postgresql)
  cupel_package(
    postgresql cupel-postgresql utils
    "embeddable engine for scan jobs - PostgreSQL
Cupel scans files and packages with YARA rules, and works jobs of queues.
.
This is the driver for registries, queues and raws in PostgreSQL
(postgresql://), and a plugin that writes reports to it."
    DEPENDS library)
endif()
if(TARGET cupel-plugin-ssdeep)
  cupel_package(
    ssdeep cupel-ssdeep utils
    "embeddable engine for scan jobs - fuzzy hashes by ssdeep
Cupel scans files and packages with YARA rules.
.
This is the plugin worker:ssdeep, which tells the fuzzy hashes of what is
scanned. It is the only part under the GNU General Public License, because of
the library that it links."
    DEPENDS library)
endif()

include(CPack)

# What has to be built for them.
add_custom_target(package_contents DEPENDS cupel cupel_cli cupel-runner
                                           cupel-job-runner)
foreach(target IN ITEMS cupel_python cupel-driver-amqp cupel-plugin-amqp
                        cupel-driver-postgresql cupel-plugin-postgresql
                        cupel-plugin-ssdeep)
  if(TARGET ${target})
    add_dependencies(package_contents ${target})
  endif()
endforeach()
