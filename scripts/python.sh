#!/bin/sh
# Runs a Python script with the first Python >= 3.11 of this machine, by whatever name it has.
# PYTHON=/path/to/python chooses one. One that can make virtual environments is preferred.

enough='import sys; sys.exit(sys.version_info < (3, 11))'
whole='import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))'
names="${PYTHON:-python3 python python3.11 python3.12 python3.13 python3.14 python3.15 py}"

try() {
    if [ -n "${PYTHON:-}" ]; then
        "$PYTHON" -c "$1" >/dev/null 2>&1 && found=$PYTHON && return 0
        return 1
    fi
    for name in $names; do
        if command -v "$name" >/dev/null 2>&1 && "$name" -c "$1" >/dev/null 2>&1; then
            found=$name
            return 0
        fi
    done
    return 1
}

if try "$whole" || try "$enough"; then
    exec "$found" "$@"
fi

{
    echo "Docent needs Python 3.11 or newer, and there is none here (looked for: $names)."
    case "$(uname -s)" in
        Darwin) echo "Install it from https://www.python.org/downloads/ or with: brew install python" ;;
        *) echo "Install it with your system's package manager (Debian, Ubuntu: sudo apt install python3 python3-venv; Fedora: sudo dnf install python3) or from https://www.python.org/downloads/." ;;
    esac
    echo "If it is somewhere else, name it: make demo PYTHON=/path/to/python3"
} >&2
exit 1
