"""Fetches, by the package managers' ordinary clients, and builds what the drivers need. What is missing fails the test.

The Python packages, Node and Go come with the virtual environment that runs these tests (requirements.txt).
"""

import functools
import os
import pathlib
import subprocess
import sys

from rig.broker import fetch_jars
from rig.places import BUILD, ROOT

HERE = pathlib.Path(__file__).resolve().parent
INTEGRATION = ROOT / "tests" / "integration"
KEPT = BUILD / "clients"
TOOLS = pathlib.Path(sys.executable).parent


def environment() -> dict:
    """This environment's Node and Go before any other."""
    return {**os.environ, "PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}"}


def run(*command, cwd, **more) -> None:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True,
                          env={**environment(), **more})
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"


def python(driver: str) -> list:
    return [sys.executable, str(HERE / "python" / driver)]


@functools.cache
def java() -> list:
    """Compiled against the jars of the broker, whose Maven artefacts hold the clients of the same version."""
    libs = fetch_jars()
    classes = KEPT / "java"
    classes.mkdir(parents=True, exist_ok=True)
    run("javac", "-Xlint:all", "-Werror", "-cp", f"{libs}/*", "-d", classes, HERE / "java" / "JavaClient.java", cwd=HERE)
    log = f"-Dlog4j2.configurationFile={INTEGRATION / 'kafka' / 'log4j2.yaml'}"
    return ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", log, "-cp", f"{classes}:{libs}/*", "JavaClient"]


@functools.cache
def _go() -> pathlib.Path:
    """All Go drivers; the compiler keeps what has not changed."""
    made = KEPT / "go"
    made.mkdir(parents=True, exist_ok=True)
    run(TOOLS / "go", "build", "-mod=readonly", "-o", f"{made}/", "./...", cwd=HERE / "go", CGO_ENABLED="0")
    return made


def go(driver: str) -> list:
    return [str(_go() / driver)]


@functools.cache
def _node_packages(folder: str) -> pathlib.Path:
    """The packages that `folder`/package.json names, at those versions, installed outside the source tree."""
    wanted, made = HERE / folder / "package.json", KEPT / folder
    made.mkdir(parents=True, exist_ok=True)
    whole = made / ".whole"
    if not whole.exists() or whole.read_text() != wanted.read_text():
        (made / "package.json").write_text(wanted.read_text())
        run(TOOLS / "npm", "install", "--no-audit", "--no-fund", cwd=made)
        whole.write_text(wanted.read_text())
    return made


def node(driver: str) -> list:
    return ["env", f"NODE_PACKAGES={_node_packages('node')}", str(TOOLS / "node"), str(HERE / "node" / driver)]
