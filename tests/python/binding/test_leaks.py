"""Nothing stays behind, whatever is done often."""

import gc
import os
import weakref

import pytest

import cupel
from catalogue import SCHEMA, SETTINGS
from cupel.plugin import Worker

# Of what 200 rounds may keep; each handles tens of kilobytes.
MOST = 1 << 20
META = {"id": "11111111-1111-4111-8111-111111111111",
        "boefje": {"id": "dns", "version": "1"}, "organization": "acme",
        "environment": {"BALLAST": "x" * 10_000}}


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def jobs():
    job = cupel.Job.parse(META)
    assert cupel.Job.decode(job.encode()) == job
    job.to_json(reveal=True)
    with pytest.raises(cupel.FailedPrecondition):
        job.status


def settings():
    box = cupel.SettingsBox(cupel.Keyring([cupel.Keyring.generate_key()]))
    row = box.seal("acme", "dns", {**SETTINGS, "API_KEY": "x" * 10_000})
    box.open("acme", "dns", row)
    environment = cupel.Environment.build(
        schema=cupel.Schema(SCHEMA), settings=SETTINGS,
        variables={"BOEFJE_X": "y" * 10_000})
    dict(environment), environment.explain()
    with pytest.raises(cupel.DataLoss):
        box.open("other", "dns", row)


def registries():
    registry = cupel.Registry(
        keyring=cupel.Keyring([cupel.Keyring.generate_key()]))
    registry.add_organisation("acme", "x" * 1000)
    assert registry.handle("GET", "/v1/organisations").status == 200
    cupel.Registry().load(registry.export())
    registry.rotate(progress=lambda *each: None)
    with pytest.raises(cupel.AlreadyExists):
        registry.add_organisation("acme", "x")


def dedups():
    dedup = cupel.Dedup()
    token = dedup.join("acme", "one", key="0" * 64)["token"]
    dedup.complete("acme", "one", token, [(b"x" * 10_000, ["a/b"])])
    with pytest.raises(TypeError):
        dedup.complete("acme", "one", token, [(b"x", ["a/b", 7])])


def queues():
    queue = cupel.Queue("memory:")
    queue.submit({"kind": "a", "body": {"ballast": "x" * 10_000}})
    with queue.lease_one() as job:
        job.result(b"y" * 10_000)
    queue.wait(0.0001)
    with pytest.raises(cupel.NotFound):
        queue.job("none")


def workers():
    worker = cupel.Worker({"queue": {"url": "memory:"}})
    worker.handle("GET", "/metrics")
    worker.drain()


class Ballast(Worker):
    """Counts how many of it there are."""

    count = 0

    def __init__(self):
        Ballast.count += 1
        self.ballast = bytearray(10_000)

    def scan(self, call):
        call.child(call.bytes[1:])
        call.log.info("a line")
        self.kept = call.bytes[2:]
        if len(call.bytes) > 10:
            return {"x": "y" * 1000}
        raise ValueError("x" * 1000)

    def deactivate(self):
        Ballast.count -= 1


def plugins():
    mine = cupel.Plugins(builtin=False)
    mine.register(Ballast, options={"x": "y" * 1000})
    children = []
    mine.run("worker:ballast", b"x" * 1000, take=lambda *each:
             children.append(each))
    mine.run("worker:ballast", b"x")
    assert len(children) == 1 and Ballast.count == 0


def scanners():
    mine = cupel.Plugins(builtin=False)
    mine.register(Ballast)
    scanner = cupel.Scanner()
    for _ in range(2):
        scanner.use_plugins(mine, run="ballast", log=lambda *each: None)
        report = scanner.scan(b"x" * 1000)
    cupel.documents_of(report)
    assert Ballast.count == 1
    del scanner
    assert Ballast.count == 0


@pytest.mark.parametrize("work", [jobs, settings, registries, dedups, queues,
                                  workers, plugins, scanners])
def test_nothing_stays(work, caplog):
    caplog.set_level(100)

    def often(times):
        for _ in range(times):
            work()
        caplog.clear()
        gc.collect()
        return resident()

    often(50)
    before = often(50)
    after = min(often(100), often(100))
    assert after - before < MOST


class Service:
    """Has a scanner whose plugin is one of its own methods."""

    def __init__(self, told, **options):
        self.told = told
        self.plugins = cupel.Plugins(builtin=False)
        self.plugins.register(self.size, name="size", category="worker")
        self.plugins.register(self.Part(self), name="part", **options)
        self.scanner = cupel.Scanner(
            cupel.compile_rules("rule a { condition: true }"))
        self.scanner.use_plugins(self.plugins, run=["size", "part"])

    def size(self, call):
        return {"n": len(call.bytes)}

    class Part(Worker):
        """Reaches its scanner when it ends."""

        def __init__(self, service):
            self.service = service

        def scan(self, call):
            return {}

        def heartbeat(self, call):
            pass

        def deactivate(self):
            service = self.service
            service.told.append((service.plugins, service.scanner))


@pytest.mark.parametrize("options", [{}, {"heartbeat_seconds": 0.001}])
def test_a_plugin_that_reaches_its_scanner_is_freed(options):
    told = []
    service = Service(told, **options)
    assert not service.scanner.scan(b"x").incidents
    gone = weakref.ref(service)
    del service
    gc.collect()
    assert gone() is None
    assert len(told) == 1, "it was deactivated, with all that it reaches"
    # What deactivate() let out still works; it has no plugins any more.
    plugins, scanner = told.pop()
    assert scanner.scan(b"x").coverage == "complete"
    scanner.use_plugins(plugins, run="part")
    assert not scanner.scan(b"x").incidents
    gone = weakref.ref(scanner)
    del plugins, scanner
    gc.collect()
    assert gone() is None
