#!/bin/bash
# Finds the framework the shipped executables are built for: net10.0 where its NativeAOT
# runtime pack can be restored, else net9.0, and writes it to <build>/target-framework.props.
# Asked once per build folder.
set -euo pipefail

build=${1:?usage: target-framework.sh BUILD_DIR}
out=$build/target-framework.props
if [ -s "$out" ]; then exit 0; fi

probe=$(mktemp -d)
trap 'rm -rf -- "$probe"' EXIT
cat > "$probe/probe.csproj" <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <OutputType>Exe</OutputType>
    <PublishAot>true</PublishAot>
    <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
  </PropertyGroup>
</Project>
PROJECT
if dotnet restore "$probe/probe.csproj" --verbosity quiet > "$probe/log" 2>&1; then
    framework=net10.0
    why='its NativeAOT pack restores'
else
    framework=net9.0
    why="net10.0: $(grep -om1 'error [A-Z0-9]*: .*' "$probe/log" || echo 'does not restore')"
fi
mkdir -p "$build"
printf '<Project><PropertyGroup><DataplaneTargetFramework>%s</DataplaneTargetFramework></PropertyGroup></Project>\n' "$framework" > "$out"
echo "executables target $framework ($why)"
