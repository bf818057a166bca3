#!/usr/bin/env bash
# docs.sh: the reference of the C and C++ interface, from the headers and three
# pages of docs/. What is not documented, or wrongly, is an error.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
cd "$root"

# Nothing of an earlier run may stay: pages of what is gone.
rm -rf build/docs/html
mkdir -p build/docs
doxygen docs/Doxyfile
