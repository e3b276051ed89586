#!/bin/bash
# Builds the oracle from Debian's packages alone: golang-go and golang-github-appc-cni-dev. $1: the executable.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS= CGO_ENABLED=0
cache=$(mktemp -d)
trap 'rm -rf -- "$cache"' EXIT
GOCACHE=$cache go build -o "$1" main.go
