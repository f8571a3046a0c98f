"""Makes .venv with the exact packages of requirements.txt and a `docent` command.

Needs nothing but the standard library, and syntax that an old Python reads too, to say so.
"""
# ruff: noqa: S603 - the commands are our own, in .venv

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).absolute().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements.txt"
STAMP = VENV / "docent-setup"
LEAST = (3, 11)


def say(text: str) -> None:
    """Show one line at once, also where the output is a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def fingerprint() -> str:
    """What the set-up depends on: the packages, this script and where the folder is."""
    digest = hashlib.sha256()
    for path in (REQUIREMENTS, Path(__file__)):
        digest.update(path.read_bytes())
    digest.update(os.fsencode(ROOT))
    return digest.hexdigest()


def stamp() -> str:
    """The fingerprint of the last set-up that finished."""
    try:
        return STAMP.read_text("utf-8")
    except (OSError, ValueError):
        return ""


def works(*arguments: str) -> bool:
    """Whether the environment's Python does that."""
    try:
        answer = subprocess.run(
            [PYTHON, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
        )
    except OSError:
        return False
    return answer.returncode == 0


def is_new_enough() -> bool:
    """Whether .venv has a Python that starts and is new enough."""
    return works("-c", f"import sys; sys.exit(sys.version_info < {LEAST})")


def advise_venv() -> str:
    """The package that holds the missing modules."""
    version = "{}.{}".format(*sys.version_info)
    if shutil.which("apt-get"):
        how = f"sudo apt install python{version}-venv"
    elif shutil.which("dnf"):
        how = f"sudo dnf install python{version} python-pip-wheel"
    else:
        how = "install your system's packages for Python's venv and ensurepip modules"
    return (
        f"Python {version} ({sys.executable}) cannot make virtual environments: its venv or "
        f"ensurepip module is missing.\nTo add it: {how}\nThen run make again."
    )


def make_environment() -> None:
    """Create .venv, in place of one that is broken or was made for another folder."""
    try:
        import ensurepip  # noqa: F401, PLC0415 - missing on some systems, which is said
        import venv  # noqa: PLC0415
    except ImportError:
        sys.exit(advise_venv())
    say("[1/3] Making the virtual environment .venv (a few seconds)")
    try:
        venv.EnvBuilder(clear=True, symlinks=True, with_pip=True).create(VENV)
    except subprocess.CalledProcessError:
        sys.exit(advise_venv())
    except OSError as error:
        sys.exit(f"The folder .venv cannot be made: {error}")


def install() -> None:
    """Bring in the packages, each checked against its hash; one line shows each that is new."""
    say("[2/3] Installing the packages (about 150 MB; one to three minutes the first time)")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    options = ["--require-hashes", "--no-input", "--no-user", "--disable-pip-version-check"]
    options += ["--no-compile"]  # twice as fast; modules are compiled when they are first used
    command: list[str | Path] = [PYTHON, "-m", "pip", "install", *options, "-r", REQUIREMENTS]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, errors="replace"
    ) as pip:
        for line in pip.stdout or ():
            show(line)
    if pip.returncode:
        sys.exit(
            "The packages could not be installed; the reason is above.\n"
            "Often it is the network or a full disk. Run make again: it goes on from here."
        )


def show(line: str) -> None:
    """Say in short what pip says at length."""
    words = line.split()
    if line.startswith("Collecting "):
        say(f"      {words[1].replace('==', ' ')}")
    elif words[:1] == ["Downloading"] and "MB)" in words:
        say(f"      … {' '.join(words[-2:])}")
    elif line.startswith("Installing collected packages"):
        say("      putting them in place (up to a minute)")


def link() -> None:
    """Make the checkout importable and put `docent` next to the environment's Python."""
    say("[3/3] Adding the docent command")
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = subprocess.check_output([PYTHON, "-c", ask], text=True).strip()
    # Relative to the file, so that a path with letters beyond ASCII needs no encoding.
    (Path(packages) / "docent.pth").write_text(f"{os.path.relpath(ROOT, packages)}\n", "utf-8")
    command = VENV / "bin" / "docent"
    # -P: never the modules of the folder that somebody happens to be in.
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(str(PYTHON))} -P -m bot "$@"\n', "utf-8")
    command.chmod(0o755)


def main() -> None:
    """Set up what is not set up yet."""
    if sys.version_info < LEAST:
        sys.exit(
            f"Docent needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}."
        )
    wanted = fingerprint()
    if stamp() == wanted and is_new_enough():
        return
    say("Setting up Docent (only the first time and after changes)")
    reusable = is_new_enough() and works("-m", "pip", "--version")
    STAMP.unlink(missing_ok=True)
    if not reusable:
        make_environment()
    install()
    link()
    STAMP.write_text(wanted, "utf-8")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nStopped. Run make again: it goes on from here.")
