# bundled_sources.sh: Debian's source packages, without touching what apt knows
# of this system. Sourced by bundled.sh.
# shellcheck shell=bash

: "${deps:?is where the libraries are built}"

readonly apt_dir=$deps/apt

# sources_list WHICH: `stable` is the release with its updates, `newer` the
# backports of bookworm, and trixie's, which they are made of. The same mirrors
# that the system's packages come from.
sources_list() {
  local codename mirror release
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
  for release in "$codename" "$codename-updates" "$codename-security"; do
    while read -r mirror; do
      deb_src "$mirror" "$release"
    done < <(sources "$release" | sort -u)
  done
  [[ $1 == newer && $codename == bookworm ]] || return 0
  mirror=$(sources "$codename" | head -n 1)
  [[ -z $mirror ]] || deb_src "$mirror" "$codename-backports" trixie
}

# deb_src MIRROR RELEASE…
deb_src() {
  local mirror=$1 signed="" keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [[ ! -e $keyring ]] || signed="[signed-by=$keyring] "
  shift
  printf "deb-src $signed$mirror %s main\n" "$@"
}

# apt_source TOOL LIST COMMAND…: apt-get or apt-cache with lists and caches of
# its own.
apt_source() {
  local tool=$1 list=$apt_dir/$2.list
  shift 2
  "$tool" -q -o Dir::Etc::sourcelist="$list" -o Dir::Etc::sourceparts=- \
    -o Dir::State="$apt_dir/state" -o Dir::State::status=/dev/null \
    -o Dir::Cache="$apt_dir/cache" -o APT::Sandbox::User= \
    -o APT::Get::List-Cleanup=0 -o Acquire::Languages=none "$@"
}

update_sources() {
  [[ ! -e $apt_dir/updated ]] || return 0
  mkdir -p "$apt_dir"/state/lists/partial "$apt_dir"/cache/archives/partial
  local list
  for list in stable newer; do
    sources_list "$list" >"$apt_dir/$list.list"
    [[ -s $apt_dir/$list.list ]] ||
      die "apt has no source of this Debian's main part, so none for its" \
        "source packages either"
  done
  logged "$deps/logs/apt.log" apt_source apt-get newer update || exit 2
  touch "$apt_dir/updated"
}

# From which list a library comes: libyara before 4.5 scans slower.
list_for() { if [[ $1 == yara ]]; then echo newer; else echo stable; fi; }

# versions NAME: what the lists have of it, the newest first.
versions() {
  apt_source apt-cache "$(list_for "$1")" showsrc --only-source "$1" |
    awk '$1 == "Version:" {print $2}' | sort --unique --version-sort --reverse
}

# download NAME: the newest version whose files the mirror really has. That it
# lacks one is worth a word: it may be the one that mended something.
download() {
  local name=$1 version newest=
  local into=$deps/sources/$name
  while read -r version; do
    rm -rf "$into"
    mkdir -p "$into"
    if (cd "$into" && apt_source apt-get "$(list_for "$name")" source \
      --only-source --download-only "$name=$version") \
      >"$deps/logs/$name-source.log" 2>&1; then
      [[ -z $newest ]] || say "bundled: the mirror lists $name $newest but" \
        "does not have it; TAKING THE OLDER $version"
      return
    fi
    : "${newest:=$version}"
  done < <(versions "$name")
  tail -n 20 "$deps/logs/$name-source.log" >&2 || true
  die "$name: its source package can't be had${newest:+, not even $newest}"
}

# fetch_source NAME: unpacked, with Debian's patches, in $deps/work/NAME. Apt
# checks every file against the release's signature.
fetch_source() {
  local name=$1 work=$deps/work/$1
  update_sources
  download "$name"
  rm -rf "${work:?}"
  local -a description=("$deps/sources/$name"/*.dsc)
  # Apt has checked more than the maintainer's signature in it.
  logged "$deps/logs/$name-unpack.log" dpkg-source --no-check --no-copy \
    --extract "${description[0]}" "$work" ||
    die "$name: its source package can't be unpacked"
  awk '$1 == "Version:" {print $2; exit}' "${description[0]}" \
    >"$work/cupel-version"
}
