"""Create the course's environment in .venv, once, from the hash-locked requirements.

Runs with the system's Python and nothing but the standard library, so the syntax stays old enough
for any Python 3 to be told which versions are needed.
"""

import argparse
import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from turns import own_turn

ROOT = Path(__file__).resolve().parent.parent
SUPPORTED = ((3, 11), (3, 12), (3, 13))
CPU_LOCK, GPU_LOCK = "requirements.lock", "requirements-gpu.lock"
NEEDED_GB = {GPU_LOCK: 10.0}
NEEDED_GB_OTHERWISE = 4.0
# What an NVIDIA driver shows on Linux, and in the Linux inside Windows (WSL2).
NVIDIA_DRIVERS = (Path("/proc/driver/nvidia/version"), Path("/usr/lib/wsl/lib/libcuda.so.1"))
STAMP = "course-environment"
# These build the one source archive in the lock; they go in first, so that it needs nothing unpinned.
BUILD_TOOLS = ("packaging", "setuptools", "wheel")
# Of what a person has set for pip, how it reaches packages holds here, too. The rest (user, target, prefix, root,
# dry-run, constraint, no-binary ...) would lead the installation elsewhere, or stop it.
REACHING_PACKAGES = (
    "PIP_CACHE_DIR",
    "PIP_CERT",
    "PIP_CLIENT_CERT",
    "PIP_CONFIG_FILE",
    "PIP_DEFAULT_TIMEOUT",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "PIP_INDEX_URL",
    "PIP_KEYRING_PROVIDER",
    "PIP_NO_CACHE_DIR",
    "PIP_NO_INDEX",
    "PIP_PROXY",
    "PIP_TIMEOUT",
    "PIP_TRUSTED_HOST",
)
# What pip prints, and what it means to a person.
PIP_FAILURES = (
    (
        "Configuration file (could not be loaded|contains)",
        "a configuration file of pip cannot be read; mend the file that the log names, then run the same command again",
    ),
    (
        "No space left on device",
        "the disk is full; free about 4 GB (10 GB with the CUDA libraries), then run the same command again",
    ),
    (
        "DO NOT MATCH THE HASHES",
        "a downloaded file differs from the one in the lock, and was not installed; try again on another network, and "
        "tell the course's maintainers if it stays so",
    ),
    (
        "Failed to establish a new connection|NameResolutionError|Temporary failure in name resolution|"
        "Network is unreachable|Connection refused|Read timed out|ProxyError|Connection to .* timed out",
        "no connection to the package index; connect to the network, then run the same command again",
    ),
    (
        "No matching distribution found",
        "the package index has no file for this system (supported: Linux, Windows, macOS on Apple chips)",
    ),
)


def fail(message):
    sys.exit("error: " + message)


def default_lock():
    """Choose the lock with the CUDA libraries where an NVIDIA driver can use them."""
    return GPU_LOCK if any(path.exists() for path in NVIDIA_DRIVERS) else CPU_LOCK


def require_machine(environment, needed_gb):
    """Refuse early, in one line, where the installation cannot succeed."""
    if sys.version_info[:2] not in SUPPORTED:
        fail(
            "Python 3.11, 3.12 or 3.13 is needed, and this is {}.{}.{}; install one and name it: "
            "make setup PYTHON=python3.12".format(*sys.version_info[:3])
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        fail(
            "this Python has no venv module; on Debian or Ubuntu: sudo apt install python{}.{}-venv".format(
                *sys.version_info[:2]
            )
        )
    free_gb = shutil.disk_usage(str(environment.parent)).free / 1e9
    if free_gb < needed_gb:
        fail(
            "the installation needs {:.0f} GB of disk space, and {:.1f} GB are free at {}; delete files first".format(
                needed_gb, free_gb, environment.parent
            )
        )


def fingerprint(lock):
    """Name what the environment was made from: it is rebuilt when, and only when, this changes."""
    digest = hashlib.sha256()
    for path in (lock, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    # A virtual environment holds absolute paths: a moved folder needs a new one;
    # and machines that share a folder may be of two kinds.
    made_for = "{}.{} {} {}".format(sys.version_info[0], sys.version_info[1], sysconfig.get_platform(), ROOT)
    digest.update(os.fsencode(made_for))  # the same in a session of another encoding
    return digest.hexdigest()


def python_in(environment):
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def is_complete(environment, lock):
    stamp = environment / STAMP
    return stamp.is_file() and stamp.read_text() == fingerprint(lock) and python_in(environment).exists()


def variables_for_pip(pip, log):
    """Return the environment variables that pip gets: a person's, but for what is set for other work."""
    variables = {
        name: value
        for name, value in os.environ.items()
        if name in REACHING_PACKAGES or not name.startswith(("PIP_", "PYTHON"))
    }
    with log.open("a") as stream:
        listed = subprocess.run([*pip, "config", "list"], stdout=subprocess.PIPE, stderr=stream, env=variables)
    if listed.returncode != 0:
        explain(log)
    settings = re.findall(r"(?m)^(install|global)\.(.+?)=(.+?)\r?$", listed.stdout.decode(errors="replace"))
    for _, name, value in sorted(settings, reverse=True):  # install before global, and a variable before both
        variable = "PIP_" + name.upper().replace("-", "_")
        if variable in REACHING_PACKAGES:
            variables.setdefault(variable, ast.literal_eval(value))
    variables["PIP_CONFIG_FILE"] = os.devnull  # pip then reads none at all
    return variables


def pip_install(environment, log, arguments):
    pip = [str(python_in(environment)), "-I", "-m", "pip"]
    command = [*pip, "install", "--compile", "--no-build-isolation"]
    command += ["--disable-pip-version-check", "--no-input", "--retries", "2"]
    variables = variables_for_pip(pip, log)
    with log.open("a") as stream:
        code = subprocess.call(
            command + arguments, stdout=stream, stderr=subprocess.STDOUT, cwd=str(ROOT), env=variables
        )
    if code != 0:
        explain(log)


def explain(log):
    """End with what pip's failure means."""
    text = log.read_text(errors="replace")
    for pattern, meaning in PIP_FAILURES:
        if re.search(pattern, text):
            fail("{} (details: {})".format(meaning, log))
    fail("the installation failed; the reason stands at the end of {}".format(log))


def locked(lock, names):
    """Return the lock's entries for some packages, as text."""
    entries = re.split(r"(?m)^(?=[a-zA-Z])", lock.read_text())
    return "".join(entry for entry in entries if entry.split("==")[0] in names)


def create(environment, lock):
    if Path(sys.prefix) == environment:  # what runs now would delete itself
        fail("{} is out of date; type make setup, or run this with the system's Python".format(environment.name))
    if environment.exists():
        shutil.rmtree(str(environment))
    print("Installing {} into {}, which takes minutes ...".format(lock.relative_to(ROOT), environment.name), flush=True)
    if subprocess.call([sys.executable, "-m", "venv", str(environment)]) != 0:
        fail("{} could not create {}".format(sys.executable, environment))
    log = environment / "install.log"
    build_lock = environment / "build-tools.lock"
    build_lock.write_text(locked(lock, BUILD_TOOLS))
    pip_install(environment, log, ["--require-hashes", "-r", str(build_lock)])
    pip_install(environment, log, ["--require-hashes", "-r", str(lock)])
    pip_install(environment, log, ["--no-deps", "--no-index", "--editable", str(ROOT)])
    # The stamp comes last: an interrupted installation has none, and the next call starts over.
    (environment / STAMP).write_text(fingerprint(lock))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lock", default=default_lock(), help="the hash-locked requirements to install")
    parser.add_argument("--environment", default=".venv", help="the folder to create")
    options = parser.parse_args()
    environment, lock = ROOT / options.environment, ROOT / options.lock
    if is_complete(environment, lock):
        return
    try:
        with own_turn(environment):
            if is_complete(environment, lock):  # another command has made it meanwhile
                return
            require_machine(environment, NEEDED_GB.get(options.lock, NEEDED_GB_OTHERWISE))
            create(environment, lock)
    except OSError as error:
        fail("{}; mend that, then run the same command again".format(error))
    except KeyboardInterrupt:
        fail("stopped; the next call starts the installation over")


if __name__ == "__main__":
    main()
