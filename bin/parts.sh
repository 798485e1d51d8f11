# The parts the tests need besides Python: a Chromium, a font that knows Vietnamese, a PostgreSQL, make.
# Sourced after platform.sh. What the environment names is used; else what is installed; else, as
# root on Debian, apt-get installs it; else one list says what to install.

readonly LEAST_POSTGRES=15

# The headless build is the same browser without a window, and does a page for half the processor time.
first_chromium() {
    local name
    for name in chromium-headless-shell chromium chromium-browser google-chrome; do
        command -v "$name" && return
    done
    return 1
}

newest_postgres() { # prints the newest server's folder of programs
    local folder
    for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV); do
        [ -x "$folder/initdb" ] && [ "$(basename "$(dirname "$folder")")" -ge "$LEAST_POSTGRES" ] || continue
        printf '%s\n' "$folder"
        return
    done
    return 1
}

chromium_package() { # an older Debian has none without a window
    apt_update
    if apt-cache --names-only search '^chromium-headless-shell$' 2>/dev/null | grep -q .; then echo chromium-headless-shell; else echo chromium; fi
}

postgres_package() { # the newest server this Debian has, by name: the metapackage tells no version
    apt-cache --names-only search '^postgresql-[0-9]+$' | cut -d ' ' -f 1 | sort -V | tail -n 1
}

has_vietnamese_font() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=vi family | head -n 1)" ]; }

has_pango() { # what lays out PDF documents
    local name
    for name in libpango-1.0 libpangoft2-1.0 libharfbuzz-subset; do
        compgen -G "/usr/lib/*/$name.so.0" >/dev/null || compgen -G "/usr/lib*/$name.so.0" >/dev/null || return 1
    done
}

has_libatomic() { compgen -G '/usr/lib/*/libatomic.so.1' >/dev/null || compgen -G '/usr/lib*/libatomic.so.1' >/dev/null; }

missing_packages() {
    if [ -z "${CHROMIUM:-}" ]; then
        first_chromium >/dev/null || echo chromium
    fi
    has_vietnamese_font || echo fontconfig fonts-dejavu-core
    has_pango || echo libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
    has_libatomic || echo libatomic1 # the Node inside playwright's wheel links to it
    command -v make >/dev/null || echo make
    if [ -z "${DATABASE_URL_TEST:-}" ]; then
        newest_postgres >/dev/null || echo postgresql
    fi
}

# Debian starts a cluster with each server it installs. The tests make their own, so where nobody
# has decided otherwise, that one is not made.
install_postgres() {
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        apt_install postgresql-common || return
        sed -i 's/^#*\s*create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
    fi
    apt_install "$(postgres_package)"
}

install_parts() { # install_parts PACKAGE...
    local package others=()
    say "Installing with apt-get: $*"
    for package in "$@"; do
        case $package in
            chromium) others+=("$(chromium_package)") ;;
            postgresql) ;;
            *) others+=("$package") ;;
        esac
    done
    if [ ${#others[@]} -gt 0 ]; then apt_install "${others[@]}" || return; fi
    if [ ${#others[@]} -lt $# ]; then install_postgres; fi
}

require_parts() { # sets CHROMIUM
    local missing
    missing=$(missing_packages | tr '\n' ' ')
    if [ -n "$missing" ]; then
        # shellcheck disable=SC2086 # the words of the list are wanted one by one
        if is_debian_root; then install_parts $missing || true; fi
        missing=$(missing_packages | tr '\n' ' ')
        [ -z "$missing" ] || fail 8 "The tests need these Debian packages, or their like: $missing" \
            "(CHROMIUM=/path names a browser, DATABASE_URL_TEST=postgresql+psycopg://… a PostgreSQL $LEAST_POSTGRES or newer)."
    fi
    export CHROMIUM=${CHROMIUM:-$(first_chromium)}
    [ -x "$CHROMIUM" ] || fail 8 "CHROMIUM=$CHROMIUM is not a program."
}

as_postgres() { # PostgreSQL refuses to run as root
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

stop_postgres() {
    as_postgres "$postgres_programs/pg_ctl" -D "$postgres_folder/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$postgres_folder"
}

# A server of our own in a temporary folder, reached through a socket in it: no port to collide on,
# no one else's data in reach. No test outlives it, so it need not wait for the disk (fsync and its like
# are off): nothing here asks what a power cut leaves behind.
start_postgres() { # sets DATABASE_URL_TEST; a server named by the environment is left as it is
    [ -z "${DATABASE_URL_TEST:-}" ] || return 0
    postgres_programs=$(newest_postgres)
    postgres_folder=$(mktemp -d "${TMPDIR:-/tmp}/survey-pg.XXXXXX")
    [ "$(id -u)" != 0 ] || chown postgres "$postgres_folder"
    trap stop_postgres EXIT
    as_postgres "$postgres_programs/initdb" -D "$postgres_folder/data" --username=postgres --auth=trust \
        --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$postgres_folder/initdb.log" 2>&1 &&
        as_postgres "$postgres_programs/pg_ctl" -D "$postgres_folder/data" -l "$postgres_folder/log" -w -t 60 -o \
            "-c listen_addresses='' -c unix_socket_directories='$postgres_folder' -c max_connections=300 \
             -c fsync=off -c synchronous_commit=off -c full_page_writes=off" start >/dev/null ||
        fail 8 "PostgreSQL did not start: $(cat "$postgres_folder"/*log 2>/dev/null | tail -n 3)"
    export DATABASE_URL_TEST="postgresql+psycopg://postgres@/postgres?host=$postgres_folder"
}
