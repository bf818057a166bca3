#!/bin/sh
# Fails, and names the files, if one is not as gofmt would have it.
set -eu
cd "$(dirname "$0")"
files=$(/usr/bin/gofmt -l .)
if [ -n "$files" ]; then
  echo "not as gofmt has it: $files" >&2
  exit 1
fi
