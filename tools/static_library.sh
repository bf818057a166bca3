#!/usr/bin/env bash
# static_library.sh COMPILER OBJCOPY AR SYMBOLS FOLDER: makes
# FOLDER/lib/libcupel.a of the objects and archives that FOLDER/objects.txt and
# archives.txt list: one object in which everything but the functions in SYMBOLS
# is local, so that it meets nothing of the program it is linked into.
set -euo pipefail

readonly compiler=$1 objcopy=$2 ar=$3 symbols=$4 folder=$5

# The list without its version nodes: cupel_error_free@@CUPEL_1.
grep -o '^cupel_[a-z0-9_]*' "$symbols" >"$folder/keep.txt"

# Groups are dissolved, because a program's own copy of an inline function must
# not take the place of ours; what is common gets its place (-d); what no
# function of the interface leads to goes.
mapfile -t roots < <(sed 's/^/-Wl,-u,/' "$folder/keep.txt")
"$compiler" -r -nostdlib -o "$folder/cupel.o" \
  -Wl,--force-group-allocation -Wl,-d -Wl,--gc-sections "${roots[@]}" \
  -Wl,@"$folder/objects.txt" \
  -Wl,--start-group -Wl,@"$folder/archives.txt" -Wl,--end-group
"$objcopy" --keep-global-symbols="$folder/keep.txt" --strip-unneeded \
  "$folder/cupel.o"

mkdir -p "$folder/lib"
rm -f "$folder/lib/libcupel.a"
"$ar" rcs "$folder/lib/libcupel.a" "$folder/cupel.o"
rm -f "$folder/cupel.o"
