"""A real Apache Kafka broker, from Maven's jars, on ports of its own. By hand: scripts/kafka-broker."""

import argparse
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from rig import wire  # noqa: E402
from rig.places import BUILD, KAFKA_VERSION, ROOT, free_ports  # noqa: E402

FILES = ROOT / "tests" / "integration" / "kafka"


def fetch_jars(version: str = KAFKA_VERSION) -> pathlib.Path:
    """build/kafka/VERSION/libs, filled by Maven unless it is whole already."""
    libs = BUILD / "kafka" / version / "libs"
    if (libs / ".whole").exists():
        return libs
    print(f"kafka-broker: fetching Apache Kafka {version} with Maven", file=sys.stderr)
    command = ["mvn", "-B", "-q", "-f", str(FILES / "pom.xml"), f"-Dkafka.version={version}"]
    if version.startswith("3."):
        command.append("-Dreload4j")
    command += ["dependency:copy-dependencies", f"-DoutputDirectory={libs}"]
    subprocess.run(command, check=True, stdout=sys.stderr)
    (libs / ".whole").touch()
    return libs


class KafkaBroker:
    """Usable as a context manager. `folder` holds its data and its log; a temporary one is removed at the end."""

    def __init__(self, folder=None, version=KAFKA_VERSION, host="127.0.0.1", port=0, node_id=1, advertised=None,
                 voters=None, replicas=1, users=None):
        """`voters`: {node id: controller port} of the cluster's brokers, itself included. `users`: {name: password},
        and clients must authenticate with SASL PLAIN."""
        self.version = version
        self.host = host
        self.port = port or free_ports(1, host)
        self.node_id = node_id
        self.voters = voters or {node_id: free_ports(1)}
        self.replicas = replicas
        self.users = users
        self.advertised = advertised or (host, self.port)
        self.temporary = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="assay-kafka-"))
        self.process = None

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def log(self) -> pathlib.Path:
        return self.folder / "broker.log"

    def java(self, *arguments) -> list:
        return ["java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                f"-Dlog4j2.configurationFile={FILES / 'log4j2.yaml'}",
                f"-Dlog4j.configuration=file:{FILES / 'log4j.properties'}",
                "-cp", f"{fetch_jars(self.version)}/*", *arguments]

    def start(self, timeout_s: float = 90) -> "KafkaBroker":
        self.launch()
        self.wait_until_ready(timeout_s)
        return self

    def launch(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "server.properties"
        config.write_text((FILES / "server.properties").read_text().split("\n", 1)[1].format(
            node_id=self.node_id, host=self.host, port=self.port, controller_port=self.voters[self.node_id],
            voters=",".join(f"{node}@127.0.0.1:{port}" for node, port in self.voters.items()), replicas=self.replicas,
            protocol="SASL_PLAINTEXT" if self.users else "PLAINTEXT", advertised_host=self.advertised[0],
            advertised_port=self.advertised[1], data=self.folder / "data") + self.sasl())
        with self.log.open("ab") as log:
            if not (self.folder / "data" / "meta.properties").exists():
                subprocess.run(self.java("kafka.tools.StorageTool", "format", "-t", "4L6g3nShT-eMCtK--X86sw",
                                         "-c", str(config)), check=True, stdout=log, stderr=log)
            self.process = subprocess.Popen(self.java("kafka.Kafka", str(config)), stdout=log, stderr=log,
                                            start_new_session=True)
        (self.folder / "pid").write_text(str(self.process.pid))

    def sasl(self) -> str:
        if not self.users:
            return ""
        names = " ".join(f'user_{name}="{password}"' for name, password in self.users.items())
        first, password = next(iter(self.users.items()))
        return ("sasl.enabled.mechanisms=PLAIN\nsasl.mechanism.inter.broker.protocol=PLAIN\n"
                "listener.name.client.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule "
                f'required username="{first}" password="{password}" {names};\n')

    def wait_until_ready(self, timeout_s: float) -> None:
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                with wire.Connection(self.host, self.port, timeout_s=5) as connection:
                    if self.users:
                        connection.authenticate(*next(iter(self.users.items())))
                    if connection.metadata([])["brokers"]:
                        return
            except (OSError, EOFError):
                time.sleep(0.1)
        raise RuntimeError(f"Kafka on {self.address} did not get ready; the end of {self.log}:\n"
                           + "\n".join(self.log.read_text().splitlines()[-20:]))

    def kill(self) -> None:
        """As a crash does."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
        if self.temporary:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> "KafkaBroker":
        return self.start()

    def __exit__(self, *_) -> None:
        self.stop()


class KafkaCluster:
    """Several brokers, each on a loopback address of its own: 127.77.0.(10 + node id). Usable as a context manager."""

    def __init__(self, folder=None, nodes=3, version=KAFKA_VERSION):
        self.temporary = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="assay-kafka-"))
        first = free_ports(nodes)
        voters = {node: first + node - 1 for node in range(1, nodes + 1)}
        self.brokers = {node: KafkaBroker(self.folder / str(node), version, f"127.77.0.{10 + node}", node_id=node,
                                          voters=voters, replicas=min(nodes, 3)) for node in voters}

    @property
    def address(self) -> str:
        return ",".join(broker.address for broker in self.brokers.values())

    def start(self, timeout_s: float = 120) -> "KafkaCluster":
        for broker in self.brokers.values():
            broker.launch()
        for broker in self.brokers.values():
            broker.wait_until_ready(timeout_s)
        return self

    def stop(self) -> None:
        for broker in self.brokers.values():
            if broker.process and broker.process.poll() is None:
                broker.process.send_signal(signal.SIGTERM)
        for broker in self.brokers.values():
            if broker.process:
                try:
                    broker.process.wait(10)  # the last ones have no quorum to leave in order
                except subprocess.TimeoutExpired:
                    broker.kill()
        if self.temporary:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> "KafkaCluster":
        return self.start()

    def __exit__(self, *_) -> None:
        self.stop()


def stop_by_pid(folder: pathlib.Path) -> None:
    """Stops what a former `start` left running, if that process still is this folder's broker."""
    pid_file = folder / "pid"
    if not pid_file.exists():
        sys.exit(f"kafka-broker: nothing was started in {folder}")
    pid = int(pid_file.read_text())
    try:
        command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        command = b""
    if str(folder / "server.properties").encode() in command:
        os.kill(pid, signal.SIGTERM)
        for _ in range(300):
            if not pathlib.Path(f"/proc/{pid}").exists():
                break
            time.sleep(0.1)
        else:
            os.kill(pid, signal.SIGKILL)
    pid_file.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/kafka-broker", description="A real Apache Kafka broker for trying "
                                     "things and for tests: KRaft, no authentication, loopback.")
    parser.add_argument("action", choices=["start", "stop", "run", "fetch"],
                        help="start: in the background, returns when it answers; run: until Ctrl-C; fetch: jars only")
    parser.add_argument("--version", default=KAFKA_VERSION)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9092)
    parser.add_argument("--node-id", type=int, default=1)
    parser.add_argument("--nodes", type=int, default=1,
                        help="so many brokers in one cluster, on 127.77.0.11 and up (--host, --port, --node-id: one only)")
    parser.add_argument("--advertise", metavar="HOST:PORT", help="what it tells clients (default: where it listens)")
    parser.add_argument("--dir", type=pathlib.Path, help="data and log (default: build/kafka/VERSION/PORT)")
    options = parser.parse_args()
    if options.action == "fetch":
        print(fetch_jars(options.version))
        return
    folder = (options.dir or BUILD / "kafka" / options.version / str(options.port)).resolve()
    if options.action == "stop":
        members = [member for member in folder.iterdir() if (member / "pid").exists()] if folder.exists() else []
        for member in members or [folder]:
            stop_by_pid(member)
        return
    if options.nodes > 1:
        cluster = KafkaCluster(folder, options.nodes, options.version)
        cluster.start()
        print(f"Apache Kafka {options.version} answers on {cluster.address}; logs: {folder}/*/broker.log")
        if options.action == "run":
            try:
                signal.pause()
            except KeyboardInterrupt:
                cluster.stop()
        return
    advertised = None
    if options.advertise:
        host, _, port = options.advertise.rpartition(":")
        advertised = (host, int(port))
    broker = KafkaBroker(folder, options.version, options.host, options.port, options.node_id, advertised)
    broker.start()
    print(f"Apache Kafka {options.version} answers on {broker.address}; log: {broker.log}")
    if options.action == "run":
        try:
            broker.process.wait()
        except KeyboardInterrupt:
            broker.stop()


if __name__ == "__main__":
    main()
