# CUPEL_SANITIZE=address,undefined | thread | fuzzer-no-link,… : for the whole
# build, because a half-instrumented program reports things that are not there.
if(CUPEL_SANITIZE)
  add_compile_options(-fsanitize=${CUPEL_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all -D_GLIBCXX_ASSERTIONS)
  add_link_options(-fsanitize=${CUPEL_SANITIZE})
  # A look at each pointer is a third of what compiling takes, and what the first
  # two find the address sanitizer finds as well. `./dev fuzz` looks for all of it.
  if(CUPEL_SANITIZE MATCHES "undefined" AND NOT CUPEL_FUZZ)
    add_compile_options(-fno-sanitize=null,object-size,alignment,vptr)
  endif()
  # Instrumented code hides from GCC what initialises what: it then warns of
  # std::regex itself (its bug 105562). The plain build keeps the warning.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-maybe-uninitialized)
  endif()
endif()
