# common.sh: sourced by dev and by the scripts beside this file. Needs $root.
# shellcheck shell=bash

: "${root:?is the top of the tree}"

say() { printf 'dev: %s\n' "$*" >&2; }

die() {
  say "$*"
  exit 2
}

# from_here PATH: a path of the tree, as seen from where the user stands.
from_here() { realpath --relative-to="$PWD" "$root/$1"; }

# As many as there are processors, but one compiler may need 1.5 GB.
jobs_at_once() {
  local processors memory
  if [[ -n ${JOBS-} ]]; then
    echo "$JOBS"
    return
  fi
  processors=$(nproc)
  memory=$(awk '/^MemAvailable:/ {print int($2 / 1572864)}' /proc/meminfo \
    2>/dev/null || true)
  [[ -n $memory ]] || memory=$processors
  ((memory >= 1)) || memory=1
  echo $((memory < processors ? memory : processors))
}

# logged LOG COMMAND…: quiet unless it fails; then the end of what it said.
logged() {
  local log=$1 status=0
  shift
  mkdir -p "$(dirname "$log")"
  "$@" >"$log" 2>&1 || status=$?
  if ((status)); then
    tail -n 60 "$log" >&2
    say "failed: $*"
    say "all of its output is in $log"
  fi
  return "$status"
}

configure() {
  local preset=$1 launcher
  launcher=$(command -v ccache || true)
  logged "$root/build/$preset/configure.log" \
    cmake -S "$root" --preset "$preset" \
    -DCMAKE_C_COMPILER_LAUNCHER="$launcher" \
    -DCMAKE_CXX_COMPILER_LAUNCHER="$launcher" || exit 2
}

# build PRESET [TARGET…]: on a terminal ninja's own line of progress, else only
# what went wrong.
build() {
  local preset=$1 jobs start=$SECONDS
  shift
  jobs=$(jobs_at_once)
  local -a command=(cmake --build "$root/build/$preset" --parallel "$jobs")
  (($# == 0)) || command+=(--target "$@")
  if [[ -t 2 ]]; then
    "${command[@]}" >&2 || exit 2
  else
    say "building $preset ($jobs at once)"
    logged "$root/build/$preset/build.log" "${command[@]}" || exit 2
    say "built $preset in $((SECONDS - start)) s"
  fi
}

# tree_files [PATTERN…]: the files of the tree that are ours, as seen from its
# top and each followed by a NUL; git or no git.
tree_files() {
  local file pattern
  if git -C "$root" rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git -C "$root" ls-files -z --cached --others --exclude-standard -- "$@"
  else
    (($#)) || set -- '*'
    for pattern in "$@"; do
      (cd "$root" && find . \( -path ./build -o -path ./.git \) -prune -o \
        -type f -name "$pattern" -print0)
    done
  fi | while IFS= read -r -d '' file; do
    # Git still lists what was deleted a moment ago.
    [[ ! -f $root/$file ]] || printf '%s\0' "$file"
  done
}
