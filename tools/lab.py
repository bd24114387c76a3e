"""Open the learner's copies of the chapters in JupyterLab, with this environment's programs first on PATH."""

import json
import os
import subprocess
import sys
import webbrowser
from pathlib import Path

import chapters
import workbook

SETTINGS = {
    # No question about news and no look for updates: the course opens no connection.
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    # Long lines of code stay in sight beside the list of files.
    "@jupyterlab/notebook-extension:tracker": {"codeCellConfig": {"lineNumbers": False, "lineWrap": True}},
}


def has_browser() -> bool:
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def wait_for(server: subprocess.Popen) -> int:
    """Return the exit status of JupyterLab, which answers Ctrl-C itself: it asks, then ends its kernels in order."""
    while True:
        try:
            return server.wait()
        except KeyboardInterrupt:
            continue


def main() -> None:
    first_time = not (workbook.WORKBOOK / chapters.START_PAGE.name).exists()
    settings = Path(sys.prefix) / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    ipython, jupyter = (chapters.ROOT / "build" / "settings" / name for name in ("ipython", "jupyter"))
    try:
        folder = workbook.fill()
        ipython.mkdir(parents=True, exist_ok=True)
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(json.dumps(SETTINGS))
    except OSError as error:  # a full disk, or a course that may only be read
        sys.exit(f"error: {error}; mend that, then type make lab again")
    programs = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}",
        # Settings of Jupyter, start-up files of IPython and kernels of other environments are for other work.
        "IPYTHONDIR": str(ipython),
        "JUPYTER_CONFIG_DIR": str(jupyter),
        "JUPYTER_CONFIG_PATH": "",
        "JUPYTER_DATA_DIR": str(jupyter),
        "JUPYTER_PATH": "",
        "JUPYTER_RUNTIME_DIR": str(jupyter / "runtime"),
        "PYTHONSTARTUP": "",
    }
    options = [
        "--ServerApp.ip=127.0.0.1",  # this machine only; JupyterLab makes a token by itself
        "--MappingKernelManager.transport_encryption=auto",  # other users of this machine cannot read along
        f"--ServerApp.root_dir={folder}",
    ]
    if first_time:  # later, JupyterLab opens what was open before
        options.append(f"--LabApp.default_url=/lab/tree/{chapters.START_PAGE.name}")
    if not has_browser():
        print("No browser was found: open the address below, the one with the token, in a browser on this machine.")
        options.append("--ServerApp.open_browser=False")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")  # in a container; the server is still for this machine only
    sys.exit(wait_for(subprocess.Popen([sys.executable, "-m", "jupyterlab", *options], env=environment)))


if __name__ == "__main__":
    main()
