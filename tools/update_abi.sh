#!/usr/bin/env bash
# update_abi.sh: after something was added to the interface, as docs/abi.md
# tells: writes capi/abi anew, from the library as it is built. What changed in
# there is part of the change, and is reviewed with it.
#
#   tools/update_abi.sh            the list of symbols, and the types
#   tools/update_abi.sh --freeze   at a release: also copies the headers for
#                                  tests/abi/old_client, to be compiled against
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
readonly root
# shellcheck source=tools/common.sh
source "$root/tools/common.sh"
# shellcheck source=tools/setup.sh
source "$root/tools/setup.sh"
cd "$root"

# "1 0", from the header.
version() {
  awk '/^#define CUPEL_VERSION_(MAJOR|MINOR)/ {print $3}' \
    include/cupel/version.h | paste -sd ' '
}

case ${1-} in
  '' | --freeze) ;;
  *) die "update_abi.sh: '$1'? Only --freeze can follow" ;;
esac
ensure_packages build test
configure release
build release cupel
read -r major minor < <(version)
library=build/release/capi/libcupel.so
tools/check_symbols.py "$library" capi/abi/symbols.txt --update
tools/check_abi.py "$library" include "capi/abi/cupel-$major.abi" --update
[[ ${1-} != --freeze ]] ||
  tools/freeze_headers.py include "tests/abi/headers-$major.$minor"
