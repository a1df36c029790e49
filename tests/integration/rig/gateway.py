"""One running `assay serve`: started with flags, watched until it is ready, stopped with SIGTERM."""

import json
import os
import pathlib
import re
import resource
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from rig.places import ASSAY, free_ports

PORTS_PER_GATEWAY = 12
REJECT_ID = re.compile(r"\[reject ([0-9A-HJKMNP-TV-Z]{26})\]")


def eventually(what, check, timeout_s: float = 10):
    """The first true answer of `check`; the reject index, for one, is filled behind the answer to the producer."""
    end = time.monotonic() + timeout_s
    while True:
        found = check()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"not within {timeout_s} s: {what}")
        time.sleep(0.05)


class Answer:
    def __init__(self, status: int, headers, body: bytes):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


def http(url: str, body=None, method=None, headers=None, timeout_s: float = 10) -> Answer:
    """`body`: bytes, or what becomes JSON. Statuses of 400 and more are answers as well."""
    headers = dict(headers or {})
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
        headers.setdefault("Content-Type", "application/json")
    request = urllib.request.Request(url, body, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=timeout_s) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as answer:
        with answer:
            return Answer(answer.code, answer.headers, answer.read())


class Gateway:
    def __init__(self, folder: pathlib.Path, upstream: str, rules=None, policies=(), registry=True, observe=False,
                 flags=(), environment=None, host: str = "127.0.0.1", file_bytes_max=None):
        """`rules`: {file name: document or text}. `registry`: True for the embedded one, a URL, or None.
        `file_bytes_max`: no file may grow beyond it, as on a disk that is full."""
        self.folder = folder
        self.host = host
        first = free_ports(PORTS_PER_GATEWAY, host)
        # Brokers are mapped by port from the first one on; the two HTTP ports lie beyond node ids that tests use.
        self.port, self.http_port, self.registry_port = first, first + 10, first + 11
        self.rules = folder / "rules"
        self.data = folder / "data"
        self.stderr = folder / "assay.log"
        for path in (self.rules, self.data):
            path.mkdir(parents=True, exist_ok=True)
        for name, rule_file in (rules or {}).items():
            self.write_rules(name, rule_file)
        self.command = [str(ASSAY), "serve", "--upstream", upstream, "--listen", f"{host}:{self.port}",
                        "--rules", str(self.rules), "--http", f"127.0.0.1:{self.http_port}",
                        "--data-dir", str(self.data)]
        if registry is True:
            self.command += ["--registry-listen", f"127.0.0.1:{self.registry_port}"]
        elif registry:
            self.command += ["--registry", registry]
        for policy in policies:
            self.command += ["--policy", policy]
        if observe:
            self.command.append("--observe")
        self.command += flags
        self.environment = {**os.environ, **(environment or {})}
        self.file_bytes_max = file_bytes_max
        self.process = None

    # --- its life -----------------------------------------------------------------------------------------------

    def launch(self) -> "Gateway":
        if not ASSAY.exists():
            raise AssertionError(f"{ASSAY} is missing; build it: cmake --preset release && ninja -C build/release assay")
        with self.stderr.open("ab") as stderr:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=stderr, stderr=stderr,
                                            env=self.environment, cwd=self.folder, preexec_fn=self.limit_files)
        return self

    def limit_files(self) -> None:
        """In the child: a write beyond the limit fails, as it does when the disk is full, and does not kill."""
        if self.file_bytes_max is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.file_bytes_max, self.file_bytes_max))

    def start(self, timeout_s: float = 20) -> "Gateway":
        self.launch()
        self.wait_for_status("/readyz", 200, timeout_s)
        return self

    def wait_for_status(self, path: str, status: int, timeout_s: float = 20) -> None:
        end = time.monotonic() + timeout_s
        seen = None
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError(f"assay ended with {self.process.returncode}:\n{self.log_text()}")
            try:
                answer = self.get(path)
                if answer.status == status:
                    return
                seen = f"{answer.status} {answer.text}"
            except OSError as error:
                seen = str(error)
            time.sleep(0.05)
        raise AssertionError(f"{path} is not {status} after {timeout_s} s but {seen}:\n{self.log_text()}")

    def stop(self, timeout_s: float = 20) -> None:
        """SIGTERM, and it must end in order."""
        if not self.process or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"assay did not end within {timeout_s} s of SIGTERM:\n{self.log_text()}") from None
        assert code == 0, f"assay ended with {code} after SIGTERM:\n{self.log_text()}"

    def kill(self) -> None:
        """kill -9: no time for anything."""
        self.process.kill()
        self.process.wait()

    def restart(self) -> "Gateway":
        return self.start()

    # --- what it says -------------------------------------------------------------------------------------------

    @property
    def bootstrap(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def registry_url(self) -> str:
        return f"http://127.0.0.1:{self.registry_port}"

    def log_text(self) -> str:
        return self.stderr.read_text(errors="replace")

    def peak_memory_bytes(self) -> int:
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) * 1024

    def get(self, path: str, **more) -> Answer:
        return http(f"http://127.0.0.1:{self.http_port}{path}", **more)

    def rejects(self, **filters) -> list:
        """The rows that match, newest first. A filter's `_` stands for the capital letter that follows it."""
        return self.page_of_rejects(**filters)["items"]

    def page_of_rejects(self, **filters) -> dict:
        names = {re.sub(r"_(.)", lambda m: m[1].upper(), k): v for k, v in filters.items()}
        answer = self.get("/v1/rejects?" + urllib.parse.urlencode(names))
        assert answer.status == 200, answer.text
        return answer.json

    def wait_for_rejects(self, count: int, **filters) -> list:
        rows = []

        def enough():
            rows[:] = self.rejects(**filters)
            return len(rows) >= count
        eventually(f"{count} rejects with {filters}", enough)
        assert len(rows) == count, rows
        return rows

    def metric(self, pattern: str) -> float:
        """The sum of all samples whose name and labels match."""
        total = 0.0
        for line in self.get("/metrics").text.splitlines():
            name, _, value = line.rpartition(" ")
            if not line.startswith("#") and re.search(pattern, name):
                total += float(value)
        return total

    # --- what is changed while it runs --------------------------------------------------------------------------

    def write_rules(self, name: str, rule_file) -> None:
        """As an editor does: a new file, moved over the old one."""
        text = rule_file if isinstance(rule_file, str) else json.dumps(rule_file, indent=2)
        new = self.rules / f".{name}.new"
        new.write_text(text)
        new.rename(self.rules / name)


class Direct:
    """The broker itself in the gateway's place: tells a fault of the rig or of a client from one of Assay's."""

    def __init__(self, address: str):
        self.bootstrap = address
        self.host, _, port = address.rpartition(":")
        self.port = int(port)
