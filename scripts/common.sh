# Sourced by the scripts beside it: where the repository is, how progress is told, and what every build shares.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# Compilations are kept across build folders and clones of the repository (ccache, when it is there).
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
jobs=${ASSAY_JOBS:-$(nproc)}

say() { printf '\033[1m== %s\033[0m\n' "$*" >&2; }
fail() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

# configure PRESET: runs CMake once for it; ninja runs it again by itself when a CMakeLists.txt has changed.
configure() {
  [ -f "build/$1/build.ninja" ] || cmake --preset "$1"
}

# python_venv [VENV REQUIREMENTS]: build/venv and what the integration tests need, unless told otherwise; made anew when the
# list of packages changes.
python_venv() {
  local venv=${1:-build/venv} wanted=${2:-tests/integration/requirements.txt}
  if ! cmp -s "$wanted" "$venv/requirements.txt"; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q -r "$wanted"
    cp "$wanted" "$venv/requirements.txt"
  fi
}
