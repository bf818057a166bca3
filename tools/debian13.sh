#!/usr/bin/env bash
# debian13.sh: what ./dev check --debian13 runs. Makes a Debian 13 in
# build/debian13 from the mirror of this system, copies the tree into it and
# runs ./dev test there. The next run uses the same system and build again;
# `rm -rf build/debian13` starts over.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
readonly root
# shellcheck source=tools/common.sh
source "$root/tools/common.sh"
# shellcheck source=tools/setup.sh
source "$root/tools/setup.sh"

readonly system=$root/build/debian13
readonly ready=$system/.cupel-ready

# In a mount namespace of its own, nothing stays mounted afterwards.
enter_namespace() {
  ((EUID == 0)) || die "a system of its own needs root: sudo ./dev check" \
    "--debian13"
  [[ -z ${CUPEL_IN_NAMESPACE-} ]] || return 0
  export CUPEL_IN_NAMESPACE=yes
  if unshare --mount true 2>/dev/null; then
    exec unshare --mount "$0"
  fi
  say "no mount namespace to be had: going on without /proc in there"
  export CUPEL_NO_MOUNTS=yes
}

mirror() {
  local codename
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
  sources "$codename|stable|oldstable" | head -n 1
}

make_system() {
  [[ ! -e $ready ]] || return 0
  local from
  from=$(mirror)
  [[ -n $from ]] || die "apt names no Debian mirror here to take Debian 13 from"
  say "making a Debian 13 in build/debian13, from $from"
  rm -rf --one-file-system "$system"
  logged "$root/build/debian13.log" debootstrap --variant=minbase \
    --include=ca-certificates trixie "$system" "$from" || exit 2
  touch "$ready"
}

# What this system needs to reach its mirror, that one needs too.
copy_network() {
  cp --dereference /etc/resolv.conf "$system/etc/resolv.conf"
  apt-config dump | grep -E '^Acquire::(http|https|ftp)(::[^ ]*)?::Proxy[: ]' \
    >"$system/etc/apt/apt.conf.d/90cupel-proxy" || true
  # No daemon is started when a package that has one is installed.
  printf '#!/bin/sh\nexit 101\n' >"$system/usr/sbin/policy-rc.d"
  chmod +x "$system/usr/sbin/policy-rc.d"
}

mount_kernel() {
  [[ -z ${CUPEL_NO_MOUNTS-} ]] || return 0
  mount --make-rprivate /
  local place
  for place in proc sys dev; do
    mount --rbind "/$place" "$system/$place" 2>/dev/null ||
      say "/$place cannot be mounted in there: going on without"
  done
}

# The tree as it is here, without what was built; times are kept, so that the
# next build in there makes only what changed.
copy_tree() {
  mkdir -p "$system/cupel"
  find "$system/cupel" -mindepth 1 -maxdepth 1 ! -name build \
    -exec rm -rf {} +
  tree_files | tar --create --directory "$root" --null --files-from=- |
    tar --extract --directory "$system/cupel"
}

test_inside() {
  chroot "$system" /usr/bin/env -i HOME=/root LANG=C.UTF-8 \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    ${JOBS:+"JOBS=$JOBS"} /cupel/dev test
}

enter_namespace "$@"
ensure_packages debian13
make_system
mount_kernel
copy_network
copy_tree
say "./dev test in Debian $(cat "$system/etc/debian_version")"
test_inside
