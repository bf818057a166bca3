#!/usr/bin/env bash
# check.sh: what ./dev check runs. Every step runs, whatever the others said;
# one line each, the output of those that failed, and at the end the failures.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
readonly root
# shellcheck source=tools/common.sh
source "$root/tools/common.sh"
# shellcheck source=tools/setup.sh
source "$root/tools/setup.sh"
cd "$root"

readonly logs=$root/build/check
failures=()

# step NAME COMMAND…
step() {
  local name=$1 start=$SECONDS
  local log=$logs/${name//[^a-z0-9]/-}.log
  shift
  [[ ! -t 2 ]] || printf '%-28s …\r' "$name" >&2
  if "$@" >"$log" 2>&1; then
    printf '%-28s ok      %4d s\n' "$name" $((SECONDS - start))
  else
    printf '%-28s FAILED  %4d s\n' "$name" $((SECONDS - start))
    grep -vE '^\[[0-9]+/[0-9]+\]' "$log" | tail -n 60 | sed 's/^/    /'
    printf '    all of it: %s\n' "$log"
    failures+=("$name")
  fi
}

clang_format() {
  tree_files '*.h' '*.hpp' '*.c' '*.cc' |
    xargs -0 --no-run-if-empty clang-format-19 --dry-run -Werror
}

scripts() {
  {
    printf 'dev\0.ci/run\0'
    tree_files '*.sh'
  } | xargs -0 shellcheck --external-sources
}

# Tests are left to the compilers' warnings: GoogleTest's macros make most
# checks noise there.
clang_tidy() {
  local full=$logs/clang-tidy-full.log
  run-clang-tidy-19 -quiet -p build/clang -j "$(jobs_at_once)" \
    "^$root/(src|capi|examples)/" >"$full" 2>&1 && return
  # What is wrong with a header is said again for every file that includes it.
  grep -E ': (error|warning): ' "$full" | sort -u
  echo "with the lines themselves: $full"
  return 1
}

# The library that people link, made the way they get it, and a program that
# was compiled against the headers of 1.0. docs/abi.md tells what each of these
# is for and what to do when it fails.
readonly library=build/release/capi/libcupel.so

library_for_people() {
  cmake -S . --preset release &&
    cmake --build build/release --parallel "$(jobs_at_once)" \
      --target cupel abi_old_client_1.0
}

abi_baseline() {
  local major
  major=$(awk '/^#define CUPEL_VERSION_MAJOR/ {print $3}' \
    include/cupel/version.h)
  tools/check_abi.py "$library" include "capi/abi/cupel-$major.abi"
}

old_client() {
  ctest --test-dir build/release --output-on-failure --no-tests=error \
    -R '^abi\.old_client_'
}

ensure_packages build test check
mkdir -p "$logs"
step "clang-format" clang_format
step "shell scripts" scripts
step "layers and vendors" tools/check_layers.py
step "clang: configure" cmake -S . --preset clang
step "clang: no warnings" cmake --build build/clang \
  --parallel "$(jobs_at_once)" -- -k 0
step "headers stand alone" tools/check_headers.py build/clang \
  --jobs "$(jobs_at_once)"
step "clang-tidy" clang_tidy
step "documentation" tools/check_docs.py .
step "reference" tools/docs.sh
step "layouts are all checked" tools/check_layouts.py include tests/abi
step "the library" library_for_people
step "exported symbols" tools/check_symbols.py "$library" capi/abi/symbols.txt
step "interface as promised" abi_baseline
step "a program of 1.0" old_client

if ((${#failures[@]})); then
  printf '%d failed: %s\n' "${#failures[@]}" "${failures[*]}"
  exit 1
fi
echo "everything is in order"
