# Which flavour a wheel is of, unless somebody said: the bundled one if its
# libraries are there, for only that runs on machines other than this.
if(NOT DEFINED CUPEL_BUNDLED)
  if(DEFINED ENV{CUPEL_BUNDLED_PREFIX})
    set(prefix $ENV{CUPEL_BUNDLED_PREFIX})
  else()
    set(prefix ${PROJECT_SOURCE_DIR}/build/bundled/prefix)
  endif()
  if(EXISTS ${prefix}/lib/libabsl_status.a)
    set(CUPEL_BUNDLED ON)
  else()
    message(
      WARNING "This wheel needs the libraries of this system wherever it is "
              "used: there are no static ones in ${prefix}. `./dev wheel` "
              "makes them, and a wheel that carries them.")
  endif()
endif()
