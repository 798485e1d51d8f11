# What ./run and ./test share: words for the terminal, a Python, the virtual environment in .venv.
# Sourced, with the project's folder as the current one. Every fault is one sentence on stderr.

readonly LEAST_FREE_KB=500000
readonly SET_UP_LOG=.venv/set-up.log

say() { printf '%s\n' "$*"; }

fail() { # fail STATUS SENTENCE...
    local status=$1
    shift
    printf '%s\n' "$*" >&2
    exit "$status"
}

is_debian_root() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

apt_update() { apt-get -o DPkg::Lock::Timeout=300 -qq update >/dev/null || true; }

apt_install() { # a slow neighbour holding dpkg's lock is waited for, a question is never asked
    local -x DEBIAN_FRONTEND=noninteractive
    apt_update
    apt-get -o DPkg::Lock::Timeout=300 -qq install -y --no-install-recommends "$@" >/dev/null </dev/null
}

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() { # sets PYTHON; one that the operator names is taken or refused, never replaced
    local candidate
    if [ -n "${PYTHON:-}" ]; then
        is_new_enough "$PYTHON" || fail 3 "PYTHON=$PYTHON is not a Python 3.11 or newer."
        return
    fi
    for candidate in python3.11 python3.12 python3.13 python3.14 python3; do
        if is_new_enough "$candidate"; then
            PYTHON=$candidate
            return
        fi
    done
    fail 3 "No Python 3.11 or newer was found: install one, or name it, as in PYTHON=/path/to/python3.11 $0"
}

require_disk() {
    local free
    free=$(df -Pk . | awk 'NR == 2 {print $4}')
    [ "$free" -ge "$LEAST_FREE_KB" ] ||
        fail 4 "Too little disk space for the set-up: $((free / 1000)) MB are free here, $((LEAST_FREE_KB / 1000)) MB are needed."
}

can_make_venv() { "$PYTHON" -c 'import ensurepip, venv' >/dev/null 2>&1; }

require_venv_module() { # Debian ships Python without it
    can_make_venv && return
    if is_debian_root; then
        say "Installing python3-venv with apt-get"
        apt_install python3-venv || true
    fi
    can_make_venv || fail 3 "$PYTHON cannot make virtual environments: install the package python3-venv (Debian, Ubuntu) and start again."
}

venv_is_sound() { # scripts inside carry the absolute path, so a moved folder needs a new environment
    [ "$(cat .venv/.place 2>/dev/null)" = "$PWD" ] && is_new_enough .venv/bin/python
}

make_venv() {
    venv_is_sound && return
    require_venv_module
    say "Making the virtual environment .venv with $("$PYTHON" --version)"
    "$PYTHON" -m venv --clear .venv || fail 5 "The virtual environment .venv could not be made."
    printf '%s\n' "$PWD" >.venv/.place
}

fingerprint() { # fingerprint run|develop: of all that decides what is installed
    local files=(pyproject.toml setup.cfg requirements/bootstrap.txt requirements/run.txt)
    [ "$1" = run ] || files+=(requirements/develop.txt)
    cat "${files[@]}" | sha256sum | cut -d ' ' -f 1
}

is_installed() { [ "$(cat ".venv/.$1.sha256" 2>/dev/null)" = "$(fingerprint "$1")" ]; }

install_locked() { # an office may reach the package index only through pip's own configuration
    .venv/bin/uv pip install -q --compile-bytecode --python .venv/bin/python --require-hashes -r "requirements/$1.txt" ||
        .venv/bin/pip install -q --retries 1 --require-hashes -r "requirements/$1.txt"
}

install_all() {
    .venv/bin/pip install -q --disable-pip-version-check --retries 1 --require-hashes -r requirements/bootstrap.txt &&
        install_locked "$1" &&
        .venv/bin/uv pip install -q --python .venv/bin/python --offline --no-deps --no-build-isolation -e .
}

# One environment serves both: `develop` holds all of `run`, at the same versions, so whoever
# installs leaves the other's environment whole. A stamp makes the next start take no time.
install() { # install run|develop
    is_installed "$1" && venv_is_sound && return
    find_python
    require_disk
    exec 9<.
    command -v flock >/dev/null && flock 9 # two starts at once: the second waits, then finds the stamp
    make_venv
    if ! is_installed "$1"; then
        say "Installing requirements/$1.txt"
        rm -f .venv/.run.sha256 .venv/.develop.sha256
        install_all "$1" >"$SET_UP_LOG" 2>&1 ||
            fail 5 "The packages could not be installed (is there a network?): $SET_UP_LOG tells why."
        fingerprint run >.venv/.run.sha256
        [ "$1" = run ] || fingerprint develop >.venv/.develop.sha256
    fi
    exec 9<&-
}

compile_modules() { # a service and a command start in half the time; whoever may not write here starts all the same
    .venv/bin/python -m compileall -q survey migrations >/dev/null 2>&1 || true
}

compile_translations() { # .mo files are built, not kept: only those older than their .po
    local po
    for po in survey/translations/*/LC_MESSAGES/*.po; do
        [ -e "$po" ] || return 0
        if [ "$po" -nt "${po%.po}.mo" ]; then
            say "Compiling $po"
            .venv/bin/pybabel -q compile -i "$po" -o "${po%.po}.mo" >/dev/null || fail 5 "$po does not compile."
        fi
    done
}
