#!/usr/bin/env bash
# bundled.sh: what ./dev bundled and ./dev wheel begin with. Builds the
# libraries that the bundled flavour carries, from Debian's source packages, as
# static archives that can go into a shared library and show nothing of
# themselves, into build/bundled/prefix (docs/bundled.md). What is there already
# is left alone; `rm -rf build/bundled` starts over.
#
#   tools/bundled.sh [LIBRARY…]    all of them, or these source packages
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
readonly root
# shellcheck source=tools/common.sh
source "$root/tools/common.sh"
# shellcheck source=tools/setup.sh
source "$root/tools/setup.sh"

readonly deps=$root/build/bundled/deps
readonly prefix=$root/build/bundled/prefix
# shellcheck source=tools/bundled_sources.sh
source "$root/tools/bundled_sources.sh"
# shellcheck source=tools/bundled_recipes.sh
source "$root/tools/bundled_recipes.sh"

# What takes longest comes last; whoever needs another comes after it.
readonly libraries=(zlib bzip2 xz-utils libzstd lz4 tlsh fmtlib libseccomp
  libsodium re2 sqlite3 file protobuf openssl libarchive curl yara abseil)

# Every archive: position-independent and hidden, so that it can be a part of
# libcupel.so; with Debian's hardening, for it reads what nobody trusts.
set_flags() {
  local flags="-O2 -fPIC -fvisibility=hidden -fstack-protector-strong"
  flags+=" -D_FORTIFY_SOURCE=2 -Wdate-time -ffunction-sections -fdata-sections"
  flags+=" -ffile-prefix-map=$deps=."
  export CFLAGS=$flags
  export CXXFLAGS="$flags -fvisibility-inlines-hidden -fno-gnu-unique"
  export CPPFLAGS="-I$prefix/include" LDFLAGS="-L$prefix/lib"
  # Nothing of the system's may slip in.
  export PKG_CONFIG_LIBDIR=$prefix/lib/pkgconfig PKG_CONFIG_PATH=
  export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1700000000}
}

# Changes when the way in which the library is built does.
recipe_digest() {
  {
    declare -f "recipe_$1" set_flags autotools cmake_archives keep_licence
    ${CC:-cc} -dumpfullversion
  } | sha256sum | cut -d ' ' -f 1
}

# check_archives SINCE: each archive that is newer than this file has to fit
# into a shared library, which the linker alone can tell.
check_archives() {
  local archive log=$deps/logs/pic.log
  while IFS= read -r archive; do
    ${CXX:-c++} -shared -o "$deps/pic.so" -Wl,-z,text -Wl,--whole-archive \
      "$archive" -Wl,--no-whole-archive >"$log" 2>&1 || {
      tail -n 20 "$log" >&2
      die "$archive is not position-independent: see above"
    }
    rm -f "$deps/pic.so"
  done < <(find "$prefix/lib" -name '*.a' -newer "$1")
}

# libtlsh-dev's own archive fits, as check_archives sees, so it is not built
# anew: Debian's mirrors do not all have its source.
take_tlsh() {
  local work=$deps/work/tlsh
  rm -rf "$work"
  mkdir -p "$work/debian"
  cp "$(dpkg -L libtlsh-dev | grep '/libtlsh\.a$')" /usr/include/tlsh.h "$work"
  cp /usr/share/doc/libtlsh-dev/copyright "$work/debian"
  dpkg-query -W -f '${Version}\n' libtlsh-dev >"$work/cupel-version"
}

build_library() {
  local name=$1 stamp=$deps/stamps/$1 digest start=$SECONDS lock
  # Another of us may be at it.
  exec {lock}>"$deps/stamps/$name.lock"
  flock "$lock"
  digest=$(recipe_digest "$name")
  if [[ -e $stamp && $(<"$stamp") == "$digest" ]]; then
    exec {lock}>&-
    return
  fi
  say "bundled: $name"
  if [[ $name == tlsh ]]; then take_tlsh; else fetch_source "$name"; fi
  touch "$deps/stamps/$name.begun"
  # In a shell of its own, because `set -e` says nothing inside a condition.
  logged "$deps/logs/$name.log" env JOBS="$(jobs_at_once)" \
    "${BASH_SOURCE[0]}" --recipe "$name" || exit 2
  check_archives "$deps/stamps/$name.begun"
  rm -rf "$deps/stamps/$name.begun" "$deps/work/$name"
  echo "$digest" >"$stamp"
  exec {lock}>&-
  say "bundled: $name took $((SECONDS - start)) s"
}

# Internal: one library, in its own unpacked source.
run_recipe() {
  set_flags
  cd "$deps/work/$1"
  "recipe_$1"
  keep_licence "$1"
}

main() {
  if [[ ${1-} == --recipe ]]; then
    run_recipe "$2"
    return
  fi
  local name start=$SECONDS
  local -a wanted=("$@")
  (($#)) || wanted=("${libraries[@]}")
  for name in "${wanted[@]}"; do
    declare -F "recipe_$name" >/dev/null ||
      die "'$name' is none of the bundled libraries: ${libraries[*]}"
  done
  ensure_packages build bundled
  mkdir -p "$deps"/{logs,stamps,sources,work} "$prefix"/{include,lib}
  for name in "${wanted[@]}"; do
    build_library "$name"
  done
  ((SECONDS - start < 5)) ||
    say "the bundled libraries are in build/bundled/prefix"
}

main "$@"
