# CUPEL_SANITIZE=address,undefined | thread | fuzzer-no-link,… : for the whole
# build, because a half-instrumented program reports things that are not there.
if(CUPEL_SANITIZE)
  add_compile_options(-fsanitize=${CUPEL_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all -D_GLIBCXX_ASSERTIONS)
  add_link_options(-fsanitize=${CUPEL_SANITIZE})
endif()
