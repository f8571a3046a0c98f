"""Prints the path of a Chromium or Chrome for the tests, installing the system's if it may.

Nothing is printed to stdout where there is none; what was tried goes to stderr.
"""
# ruff: noqa: S603, S607 - the commands are our own; which file they are is up to the PATH

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "chromium-freeworld",
)
APPLICATIONS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
)
INSTALLERS = {
    "apt-get": (["apt-get", "update"], ["apt-get", "install", "-y", "chromium"]),
    "dnf": (["dnf", "install", "-y", "chromium"],),
    "pacman": (["pacman", "-Sy", "--noconfirm", "chromium"],),
    "apk": (["apk", "add", "chromium"],),
    "zypper": (["zypper", "--non-interactive", "install", "chromium"],),
}
START_SECONDS = 30
INSTALL_SECONDS = 900


def say(text: str) -> None:
    """Tell the person at the terminal; stdout is for the path alone."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def candidates() -> Iterator[str]:
    """Where a browser may be, the operator's own choice first."""
    if chosen := os.environ.get("DOCENT_TEST_BROWSER"):
        yield chosen
    for name in NAMES:
        if found := shutil.which(name):
            yield found
    for folder in (Path("/Applications"), Path.home() / "Applications"):
        for application in APPLICATIONS:
            if (path := folder / application).is_file():
                yield str(path)


def starts(path: str) -> bool:
    """Whether it is a browser: some systems have a script there that says how to get one."""
    try:
        answer = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=START_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and "chrom" in answer.stdout.lower()


def find() -> str | None:
    """The first browser that starts."""
    return next((path for path in candidates() if starts(path)), None)


def rights() -> list[str] | None:
    """How to become root without asking anybody, or None."""
    if os.geteuid() == 0:
        return []
    may_sudo = shutil.which("sudo") and not subprocess.call(
        ["sudo", "-n", "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return ["sudo", "-n"] if may_sudo else None


def install() -> None:
    """Install the system's package where that needs nobody's password."""
    tool = next((name for name in INSTALLERS if shutil.which(name)), None)
    become = rights()
    if tool is None or become is None:
        return
    say(f"Installing Chromium for the browser tests with {tool} (a minute or two) …")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in INSTALLERS[tool]:
        try:
            subprocess.run(
                [*become, *command],
                stdout=subprocess.DEVNULL,
                env=quiet,
                timeout=INSTALL_SECONDS,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            say(f"That did not work: {error}")


def main() -> None:
    """Print the path, or say what will not be run."""
    path = find()
    if path is None:
        install()
        path = find()
    if path is None:
        say("There is no Chromium or Chrome, and none could be installed.")
        say("THE BROWSER TESTS WILL NOT RUN.")
        say("Install one, or name it: DOCENT_TEST_BROWSER=/path/to/chrome make test")
    else:
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
