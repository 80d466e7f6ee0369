# Makes the virtual environment with the first Python that fits. Use: sh tools/environment.sh FOLDER
set -eu

for python in ${PYTHON:-} python3.13 python3.12 python3.11 python3 python; do
    "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1 || continue
    fits=$python
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 || continue
    echo "Making the environment $1 with $("$python" --version) ..."
    "$python" -m venv --clear "$1"
    exit 0
done

if [ -n "${fits:-}" ]; then
    echo "$("$fits" --version) is here, but without its venv module. On Debian and Ubuntu: apt-get install python3-venv." >&2
else
    echo "Makegood needs Python 3.11, 3.12 or 3.13 with its venv module, and found none. PYTHON=/path/to/python names one." >&2
fi
exit 1
