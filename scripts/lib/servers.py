"""Servers and the engine as processes, for the kill test and the benchmark. Everything lives in one temporary folder."""
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request


def free_port():
    """A port below the range of outgoing connections, where no client's own socket can take it while its server is down."""
    with open("/proc/sys/net/ipv4/ip_local_port_range") as f:
        low = int(f.read().split()[0])
    low = low if low > 11000 else 32768
    while True:
        port = random.SystemRandom().randrange(10000, low)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass


class Folder:
    """A temporary folder that servers of other users may enter."""

    def __init__(self, name):
        self.path = tempfile.mkdtemp(prefix=f"martinet-{name}-", dir="/tmp")
        os.chmod(self.path, 0o755)

    def __truediv__(self, name):
        return os.path.join(self.path, name)

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


class Postgres:
    """A throw-away PostgreSQL with logical decoding; user and password are postgres."""

    def __init__(self, folder, settings=()):
        self.folder, self.port = folder, free_port()
        self.bin = self._find()
        self.process = None
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "password"), "w") as f:
            f.write("postgres\n")
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", "postgres:postgres", folder], check=True)
        subprocess.run(
            self._owner([f"{self.bin}/initdb", "--pgdata", f"{folder}/data", "--username", "postgres", "--pwfile",
                         f"{folder}/password", "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8",
                         "--no-sync"]), check=True, stdout=subprocess.DEVNULL, cwd=folder)
        lines = {"listen_addresses": "127.0.0.1", "port": str(self.port), "unix_socket_directories": "",
                 "wal_level": "logical", "max_wal_senders": "20", "max_replication_slots": "40", "timezone": "UTC",
                 "shared_buffers": "256MB", "max_wal_size": "8GB", "checkpoint_timeout": "30min"} | dict(settings)
        with open(f"{folder}/data/postgresql.conf", "a") as f:
            f.writelines(f"{name} = '{value}'\n" for name, value in lines.items())
        self.start()

    @staticmethod
    def _find():
        for path in [os.environ.get("PGBIN", ""), *sorted(
                (f"/usr/lib/postgresql/{v}/bin" for v in os.listdir("/usr/lib/postgresql")), reverse=True)]:
            if path and os.access(f"{path}/initdb", os.X_OK):
                return path
        raise SystemExit("PostgreSQL's server is not installed (Debian: postgresql)")

    @staticmethod
    def _owner(command):
        if os.getuid() != 0:
            return command
        return ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", *command]

    def start(self):
        log = open(f"{self.folder}/log", "a")
        self.process = subprocess.Popen(
            self._owner([f"{self.bin}/postgres", "-D", f"{self.folder}/data"]), cwd=self.folder, stdout=log, stderr=log,
            stdin=subprocess.DEVNULL, start_new_session=True)
        deadline = time.monotonic() + 120
        while subprocess.run([f"{self.bin}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"PostgreSQL did not start, see {self.folder}/log")
            time.sleep(0.05)

    def stop(self, immediate=True):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT if immediate else signal.SIGINT)
            self.process.wait(60)

    def restart_immediate(self):
        self.stop()
        self.start()

    def dsn(self, database):
        return f"host=127.0.0.1 port={self.port} user=postgres password=postgres dbname={database}"


class Kafka:
    """A broker of the kit that MARTINET_TEST_KAFKA_HOME names."""

    def __init__(self, folder, heap="768m"):
        home = os.environ.get("MARTINET_TEST_KAFKA_HOME", "")
        self.script = os.path.join(home, "kafka")
        if not home or not os.access(self.script, os.X_OK):
            raise SystemExit("a real Kafka is needed: MARTINET_TEST_KAFKA_HOME=<folder of the test kit>")
        self.folder, self.heap = folder, heap
        os.makedirs(folder, exist_ok=True)
        self.bootstrap = self.start()

    def _run(self, *arguments):
        return subprocess.run([self.script, *arguments], check=True, capture_output=True, text=True).stdout.strip()

    def start(self):
        return self._run("start", "--dir", self.folder, "--heap", self.heap).splitlines()[-1]

    def kill(self):
        self._run("kill", "--dir", self.folder)

    def pid(self):
        with open(f"{self.folder}/broker-1/pid") as f:
            return int(f.read())


class Engine:
    """cdcd as a process, and its REST interface."""

    def __init__(self, bin_folder, folder, bootstrap, environment=(), level="info"):
        self.program, self.folder = os.path.join(bin_folder, "cdcd"), folder
        self.port, self.process, self.starts = free_port(), None, 0
        os.makedirs(folder, exist_ok=True)
        self.environment = os.environ | dict(environment)
        self.settings = {
            "http": {"listen": f"127.0.0.1:{self.port}"}, "kafka": {"bootstrap.servers": bootstrap},
            "schemaRegistry": "embedded", "state": {"directory": f"{folder}/state"},
            "log": {"level": level, "format": "json"}}
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self):
        with open(f"{self.folder}/martinet.yaml", "w") as f:
            json.dump(self.settings, f)  # JSON is YAML
        log = open(f"{self.folder}/cdcd.log", "a")
        self.starts += 1
        self.process = subprocess.Popen(
            [self.program, "--config", f"{self.folder}/martinet.yaml"], stdout=log, stderr=log, env=self.environment,
            stdin=subprocess.DEVNULL, start_new_session=True)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        return self.process.wait(30)

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def request(self, method, path, body=None, timeout=30):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def await_rest(self, seconds=60):
        deadline = time.monotonic() + seconds
        while True:
            try:
                return self.request("GET", "/connectors", timeout=5)
            except (urllib.error.URLError, OSError):
                if not self.is_running():
                    raise SystemExit(f"cdcd ended with {self.process.returncode}, see {self.folder}/cdcd.log")
                if time.monotonic() > deadline:
                    raise SystemExit("cdcd's REST interface does not answer")
                time.sleep(0.02)

    def put_connector(self, name, config):
        deadline = time.monotonic() + 60
        while True:
            try:
                return self.request("PUT", f"/connectors/{name}/config", config)
            except urllib.error.HTTPError as error:
                text = error.read().decode(errors="replace")
                if error.code not in (409, 500, 503) or time.monotonic() > deadline:
                    raise SystemExit(f"{name} was refused ({error.code}): {text}")
                time.sleep(0.2)

    def states(self):
        """Connector and task states by name, with the trace of what failed."""
        found = {}
        for name, entry in self.request("GET", "/connectors?expand=status").items():
            status = entry["status"]
            parts = [status["connector"], *status["tasks"]]
            found[name] = ([p["state"] for p in parts], next((p["trace"] for p in parts if p.get("trace")), None))
        return found

    def registry_url(self):
        """The embedded registry's address, from the health answer."""
        def find(value):
            if isinstance(value, dict):
                for key, inner in value.items():
                    if "registry" in key.lower():
                        for text in (inner, *(inner.values() if isinstance(inner, dict) else ())):
                            if isinstance(text, str) and ":" in text and any(c.isdigit() for c in text):
                                return text if text.startswith("http") else "http://" + text
                    hit = find(inner)
                    if hit:
                        return hit
            return None
        url = find(self.request("GET", "/health"))
        if not url:
            raise SystemExit("/health does not name the embedded registry's address")
        return url
