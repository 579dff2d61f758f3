#!/usr/bin/env bash
# Unpacks packages of one Debian suite into a folder, without root: fetch-debian-packages.sh SUITE FOLDER PACKAGE...
# The mirror is the one that this machine's own apt uses, and apt checks the signatures as it always does.
# SUITE "running" means the suite that is installed here.
set -euo pipefail
suite=$1 out=$2
shift 2
running=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
[ "$suite" != running ] || suite=$running

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{parts,prefs,debs,lists/partial,known/partial,cache/archives/partial} "$out"
unprivileged=(-o Dir::Cache="$work/cache" -o Acquire::Languages=none -o APT::Sandbox::User="$(id -un)"
  -o Debug::NoLocking=1 -o Acquire::Retries=2 -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20)

mirror() {
  apt-get "$@" indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    awk -v suite="$running" '$1 == suite && $2 == "main" && !found { print $3; found = 1 }'
}
uri=$(mirror)
if [ -z "$uri" ]; then # a bare image has no lists: read them into a folder of our own
  known=("${unprivileged[@]}" -o Dir::State::Lists="$work/known")
  apt-get "${known[@]}" -qq update || true
  uri=$(mirror "${known[@]}")
fi
[ -n "$uri" ] || { echo "apt knows no 'main' component of '$running' on this machine" >&2; exit 1; }

printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' \
  "$uri" "$suite" /usr/share/keyrings/debian-archive-keyring.gpg >"$work/parts/suite.sources"
only=("${unprivileged[@]}" -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$work/parts"
  -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts="$work/prefs"
  -o Dir::State::Lists="$work/lists" -o Dir::State::status=/dev/null)
apt-get "${only[@]}" -qq update
(cd "$work/debs" && apt-get "${only[@]}" -qq download "$@")
for deb in "$work"/debs/*.deb; do
  dpkg-deb -x "$deb" "$out"
done
