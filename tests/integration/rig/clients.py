"""Other people's clients, as programs: Java's and kcat."""

import subprocess

from rig.broker import fetch_jars
from rig.places import BUILD, KAFKA_VERSION, ROOT

SOURCE = ROOT / "tests" / "integration" / "java" / "Clients.java"


def java_command(command: str, bootstrap: str, topic: str, *arguments) -> list:
    """What starts the Java program. It is compiled when it is new or has changed."""
    libs = fetch_jars(KAFKA_VERSION)
    classes = BUILD / "java" / KAFKA_VERSION
    compiled = classes / "Clients.class"
    if not compiled.exists() or compiled.stat().st_mtime < SOURCE.stat().st_mtime:
        classes.mkdir(parents=True, exist_ok=True)
        subprocess.run(["javac", "-Xlint:all", "-Werror", "-cp", f"{libs}/*", "-d", str(classes), str(SOURCE)],
                       check=True)
    log = ROOT / "tests" / "integration" / "kafka" / "log4j2.yaml"
    return ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", f"-Dlog4j2.configurationFile={log}",
            "-cp", f"{classes}:{libs}/*", "Clients", command, bootstrap, topic, *[str(a) for a in arguments]]


def java(command: str, bootstrap: str, topic: str, *arguments, timeout_s: float = 90) -> list:
    """The lines that the Java program prints."""
    run = subprocess.run(java_command(command, bootstrap, topic, *arguments), capture_output=True, text=True,
                         timeout=timeout_s)
    assert run.returncode == 0, run.stdout + run.stderr
    return [line for line in run.stdout.splitlines() if line and not line[0].isdigit()]  # log lines begin with a date


def kcat(*arguments, stdin: str = "", timeout_s: float = 40) -> subprocess.CompletedProcess:
    return subprocess.run(["kcat", *arguments], input=stdin, capture_output=True, text=True, timeout=timeout_s)
