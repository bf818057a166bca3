# setup.sh: which Debian packages a command needs, and getting the missing ones.
# Sourced by dev and check.sh, after common.sh.
# shellcheck shell=bash

# The reason stands before the packages of each group; people see both.
declare -A package_reason=(
  [build]="to build the library and the program"
  [test]="for the tests: archives, containers and servers of others' making"
  [check]="to check format, style and scripts with ./dev check"
  [fuzz]="to build and run the fuzz targets"
  [bench]="to make programs for ./dev bench --compare --table engine to scan"
  [debian13]="to make a Debian 13 to test in"
  [packages]="to make Debian packages and to look them over"
  [bundled]="to build what the bundled flavour carries, from its sources"
)
declare -A package_group=(
  [build]="g++ cmake ninja-build pkg-config python3 libabsl-dev libfmt-dev
    nlohmann-json3-dev libsodium-dev libssl-dev libyara-dev libarchive-dev
    zlib1g-dev libbz2-dev liblzma-dev libzstd-dev liblz4-dev libcli11-dev
    libprotobuf-dev protobuf-compiler libre2-dev libsqlite3-dev
    libvalijson-dev libjansson-dev libcpp-httplib-dev libseccomp-dev
    libcurl4-openssl-dev libpq-dev librabbitmq-dev libtomlplusplus-dev
    libmagic-dev libtlsh-dev libfuzzy-dev
    libgtest-dev libgmock-dev libbenchmark-dev python3-dev"
  [test]="golang-go python3-pytest python3-jsonschema python3-jinja2
    python3-magic mypy zip unzip cpio genisoimage rpm gcab lz4 zstd xz-utils bzip2 binutils clamav-testfiles
    libarchive-tools yara json-schema-test-suite curl sqlite3 file xxd ssdeep
    tlsh-tools python3-pefile python3-distlib binutils-mingw-w64-x86-64
    python3-reportlab python3-pil qpdf
    debootstrap podman runc conmon slirp4netns
    postgresql rabbitmq-server amqp-tools iproute2 abigail-tools
    dpkg-dev lintian"
  [check]="clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev
    shellcheck doxygen"
  [fuzz]="clang-19 libclang-rt-19-dev"
  [bench]="gcc-mingw-w64-x86-64-win32"
  [debian13]="debootstrap"
  [packages]="dpkg-dev lintian"
  [bundled]="dpkg-dev autoconf automake libtool make perl tcl gperf
    unicode-data python3-six patchelf python3-venv"
)

readonly wanted_yara=4.5

# What a group needs that is not one package everywhere.
group_extras() {
  case $1 in
    build)
      regex_package
      deflate_package
      ;;
    test)
      command -v 7z >/dev/null || seven_zip_package
      command -v npm >/dev/null || echo npm
      ;;
  esac
}

# What brings libhs: Vectorscan, on the processors that Debian has it for.
# Hyperscan is as good, and the two cannot be installed at once.
regex_package() {
  ! installed libhyperscan-dev || return 0
  case $(dpkg --print-architecture) in
    amd64 | arm64 | ppc64el) echo libvectorscan-dev ;;
  esac
}

# What brings ISA-L, which decompresses faster than zlib.
deflate_package() {
  case $(dpkg --print-architecture) in
    amd64 | arm64) echo libisal-dev ;;
  esac
}

# The package that brings `7z`: from 23 on it is 7zip, before it was p7zip-full.
seven_zip_package() {
  if at_least "$(candidate 7zip)" 23; then echo 7zip; else echo p7zip-full; fi
}

# The version apt would install; nothing if there is none.
candidate() {
  apt-cache policy "$@" 2>/dev/null |
    awk '$1 == "Candidate:" && $2 != "(none)" {print $2; exit}'
}

installed() {
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

at_least() { [[ -n $1 ]] && dpkg --compare-versions "$1" ge "$2"; }

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "this needs root, and there is no sudo; as root: ./dev setup"
  fi
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" >&2
}

# ensure_packages GROUP…: nothing at all if everything is there. The group
# `upgrade` stands for a newer libyara than the one that is installed.
ensure_packages() {
  local group package
  local -a missing=() new=()
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    explain_without_apt "$@"
    return
  fi
  for group in "$@"; do
    [[ $group != upgrade ]] || continue
    new=()
    for package in ${package_group[$group]} $(group_extras "$group"); do
      [[ " ${missing[*]} " == *" $package "* ]] || installed "$package" ||
        new+=("$package")
    done
    ((${#new[@]})) || continue
    say "not installed, ${package_reason[$group]}: ${new[*]}"
    missing+=("${new[@]}")
  done
  if [[ " $* " == *" upgrade "* ]] && yara_is_old; then
    say "libyara is older than $wanted_yara, which scans faster"
    missing+=(libyara-dev yara)
  fi
  ((${#missing[@]} == 0)) || install_packages "${missing[@]}"
}

yara_is_old() {
  [[ ${CUPEL_YARA-} != system ]] && installed libyara-dev &&
    ! at_least "$(dpkg-query -W -f '${Version}' libyara-dev)" "$wanted_yara"
}

install_packages() {
  local package release=
  local -a plain=() yara=()
  for package in "$@"; do
    case $package in
      libyara-dev | yara) yara+=("$package") ;;
      *) plain+=("$package") ;;
    esac
  done
  say "installing them now, with apt-get update and apt-get install"
  # A broken source that we do not need is no reason to stop.
  apt_get update -q || say "apt-get update had trouble; trying all the same"
  if ((${#yara[@]})); then release=$(yara_release "${yara[@]}"); fi
  # One call for all, so that apt sees every wish; the release is named for the
  # packages that need it only.
  apt_get install -q -y --no-install-recommends "${plain[@]}" || install_failed
  ((${#yara[@]})) || return 0
  apt_get install -q -y --no-install-recommends ${release:+-t "$release"} \
    "${yara[@]}" || install_failed
}

install_failed() {
  die "apt could not install them: see above. Once it can, run this again."
}

# Where to take these packages of libyara from: the name of a release for
# apt-get -t, or nothing for the system's own.
yara_release() {
  local codename release package new_enough=yes
  [[ ${CUPEL_YARA-} != system ]] || return 0
  # The program `yara` alone: the version of the library it is compared with.
  [[ " $* " == *" libyara-dev "* ]] || ! yara_is_old || return 0
  for package in "$@"; do
    at_least "$(candidate "$package")" "$wanted_yara" || new_enough=
  done
  [[ -z $new_enough ]] || return 0
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
  release=$codename-backports
  if [[ $codename == bookworm ]]; then
    add_backports "$codename" "$release"
    if at_least "$(candidate -t "$release" libyara-dev)" "$wanted_yara"; then
      say "taking libyara from $release"
      echo "$release"
      return
    fi
  fi
  say "no libyara $wanted_yara to be had here: taking the system's" \
    "$(candidate libyara-dev), with which scanning is slower"
}

readonly backports_file=/etc/apt/sources.list.d/cupel-backports.sources

# Adds backports beside the main source of the system, from the same mirror,
# unless some source has it already; takes it away again if it gives nothing.
add_backports() {
  local codename=$1 release=$2 mirror keyring
  ! sources "$release" | grep -q . || return 0
  mirror=$(sources "$codename|stable|oldstable" | head -n 1)
  if [[ -z $mirror ]]; then
    say "apt has no source for $codename main, so none for $release either"
    return
  fi
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  say "adding $release, from $mirror, in $backports_file"
  {
    echo "# For libyara $wanted_yara, added by Cupel's ./dev. May be removed."
    echo "Types: deb"
    echo "URIs: $mirror"
    echo "Suites: $release"
    echo "Components: main"
    [[ ! -e $keyring ]] || echo "Signed-By: $keyring"
  } | as_root tee "$backports_file" >/dev/null
  if ! apt_get update -q ||
    [[ -z $(candidate -t "$release" libyara-dev) ]]; then
    say "$release cannot be had from $mirror; removing $backports_file"
    as_root rm -f "$backports_file"
    apt_get update -q || true
  fi
}

# sources RELEASES: the mirrors apt has for the main part of these; with `|`
# between them, as in a regular expression.
sources() {
  # shellcheck disable=SC2016 # these are apt's variables, not the shell's
  apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' \
    'Created-By: Packages' 2>/dev/null |
    awk -v releases="^($1)$" '$1 ~ releases && $2 == "main" {print $3}'
}

explain_without_apt() {
  local group
  [[ -z ${explained-} ]] || return 0
  explained=yes
  say "there is no apt here, so nothing is installed. What is needed, under" \
    "the names it has in Debian:"
  for group in "$@"; do
    [[ -z ${package_group[$group]-} ]] ||
      say "  ${package_reason[$group]}:" \
        "$(echo "${package_group[$group]}" | tr -s ' \n' '  ')"
  done
  command -v cmake >/dev/null ||
    die "cmake is not on the PATH; install these and run this again"
  say "going on with what there is"
}
