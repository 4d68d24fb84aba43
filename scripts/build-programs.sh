#!/usr/bin/env bash
# Builds the collector, Jaeger and the reference parser of Compose files from Go modules, once: needs only Go. Prints their directory last.
#   scripts/build-programs.sh [--path]     --path: print the directory, build nothing
# Programs live in ${XDG_CACHE_HOME:-~/.cache}/crawlscope/<hash of the build files>; the log of a build is beside them.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
builder_version=v0.164.0
compose_version=v2.16.2
jobs=${CRAWLSCOPE_BUILD_JOBS:-}

main() {
  local cache hash home
  cache=${XDG_CACHE_HOME:-$HOME/.cache}/crawlscope
  hash=$( (echo "$builder_version $compose_version"; cat "$root/otel-collector/builder.yaml" "$root/jaeger/build/go.mod" "$root/jaeger/build/tools.go") | digest)
  home=$cache/${hash:0:16}
  if [ "${1:-}" != --path ]; then
    mkdir -p "$home"
    lock "$home"
    build "$home" otelcol-crawlscope build_collector
    build "$home" jaeger build_jaeger
    build "$home" compose-spec build_compose_spec
  fi
  echo "$home"
}

# build HOME PROGRAM FUNCTION: runs FUNCTION in a scratch directory; the program appears in HOME only when it is whole.
build() {
  local home=$1 program=$2 log=$1/$2.log started=$SECONDS scratch
  if [ -x "$home/$program" ]; then
    say "$program is there already"
    return
  fi
  command -v go >/dev/null || die "$program needs Go 1.26 or newer: https://go.dev/dl"
  scratch=$(mktemp -d "$home/build.XXXXXX")
  say "$program: building (some minutes), log in $log"
  if ! (cd "$scratch" && "$3" "$scratch/$program") >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    chmod -R u+w "$scratch" && rm -rf "$scratch"
    die "$program was not built: see $log"
  fi
  mv "$scratch/$program" "$home/$program"
  rm -rf "$scratch"
  say "$program: built in $((SECONDS - started)) s"
}

build_collector() {
  sed "s|^  output_path:.*|  output_path: $PWD/dist|" "$root/otel-collector/builder.yaml" >builder.yaml
  go run "go.opentelemetry.io/collector/cmd/builder@$builder_version" --config builder.yaml --skip-compilation
  cd dist
  go build ${jobs:+-p "$jobs"} -trimpath -ldflags '-s -w' -o "$1" .
}

build_jaeger() {
  cp "$root/jaeger/build/go.mod" "$root/jaeger/build/tools.go" .
  go mod download -json github.com/jaegertracing/jaeger >module.json
  # Jaeger's checksums, so that a build takes the versions Jaeger was released with.
  cp "$(sed -n 's/.*"Dir": "\(.*\)".*/\1/p' module.json)/go.sum" go.sum
  chmod u+w go.sum
  go get github.com/jaegertracing/jaeger/cmd/jaeger
  go build ${jobs:+-p "$jobs"} -mod=mod -trimpath -ldflags '-s -w' -o "$1" github.com/jaegertracing/jaeger/cmd/jaeger
}

build_compose_spec() {
  GOBIN=$PWD go install "github.com/compose-spec/compose-go/v2/cmd@$compose_version"
  mv cmd "$1"
}

# One build at a time; without flock (macOS) two builds at once only cost time.
lock() {
  command -v flock >/dev/null || return 0
  exec 9>"$1/.lock"
  flock -n 9 || { say 'waiting for another build'; flock 9; }
}

digest() {
  if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi
}

say() {
  printf 'build-programs: %s\n' "$1" >&2
}

die() {
  say "$1"
  exit 2
}

main "$@"
