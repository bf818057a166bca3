"""Sets of plugins: where they come from, their options, running them."""

import asyncio
import threading

import pytest

import cupel
from catalogue import SECRET, write
from cupel import OptionOrigin
from nine_plugins import folder_of


@pytest.fixture
def plugins():
    return cupel.Plugins(python="/usr/bin/python3")


def test_what_there_is(plugins):
    names = {f"{each['category']}:{each['name']}"
             for each in plugins.describe()}
    assert "decoder:base64" in names
    assert "decoder:base64" in plugins and "decoder:nothing" not in plugins
    assert cupel.Plugins(builtin=False).describe() == []
    with pytest.raises(cupel.NotFound, match="base64"):
        plugins.show("decoder:base65")


def test_running_one_that_is_built_in(plugins):
    document = plugins.run("decoder:base64", b"aGVsbG8=", base64=True)
    assert document["status"] == "OK"
    assert document["children"][0]["size"] == 5
    assert document["children"][0]["base64"] == "aGVsbG8="
    taken = []
    plugins.run("decoder:base64", memoryview(b"aGVsbG8="),
                take=lambda *child: taken.append(child))
    assert taken == [(0, taken[0][1], b"hello")]


def test_options(plugins, tmp_path):
    folder_of(tmp_path, "decoder", name="mine", options={
        "key": 1, "api_key": "x"})
    plugins.add_path(tmp_path)
    plugins.set_option("decoder:mine", "key", 3)
    plugins.set_option("decoder:mine", "api_key", SECRET,
                       origin=OptionOrigin.CALL)
    plugins.set_option_text("decoder:mine:kye=7")
    assert SECRET not in str(plugins.show("decoder:mine"))
    shown = plugins.show("decoder:mine", reveal=True)["options"]
    options = {each["name"]: each["value"] for each in shown}
    assert (options["key"], options["api_key"]) == (3, SECRET)
    assert any("kye" in warning for warning in plugins.warnings())
    assert plugins.run("decoder:mine", b"abc", base64=True)[
        "children"][0]["base64"] == "YmFg"


def test_a_configuration(plugins, tmp_path):
    folder_of(tmp_path / "more", "decoder", name="mine")
    path = write(tmp_path, "stoq.cfg",
                 "[core]\nmax_recursion = 3\n"
                 f"plugin_dir_list = {tmp_path / 'more'}\n"
                 "[decoder:mine]\nkey = 9\n")
    plugins.load_config(path)
    assert plugins.config()["max_recursion"]["value"] == 3
    (key,) = plugins.show("decoder:mine", reveal=True)["options"]
    assert (key["value"], key["origin"]) == (9, "config file")
    with pytest.raises(cupel.Error, match="nothing.cfg"):
        plugins.load_config(tmp_path / "nothing.cfg")


def test_broken_ones_are_told(plugins, tmp_path):
    write(tmp_path, "bad/plugin.json", "{")
    plugins.add_path(tmp_path)
    (broken,) = [each for each in plugins.describe()
                 if each["state"] == "broken"]
    assert "plugin.json" in broken["problem"]
    with pytest.raises(cupel.NotFound):
        plugins.add_path(tmp_path / "nothing")


def test_labels_and_limits(plugins, tmp_path):
    folder_of(tmp_path, "decoder", name="mine", max_tlp="green")
    plugins.add_path(tmp_path)
    with pytest.raises(cupel.PermissionDenied):
        plugins.run("decoder:mine", b"x", tlp="red")
    with pytest.raises(cupel.InvalidArgument, match="timeout"):
        plugins.run("decoder:mine", b"x", timeout=0)


def test_variables_of_a_process_of_its_own(plugins, tmp_path):
    folder_of(tmp_path, "worker", "import os\n"
              "from cupel.plugin import worker\n@worker\ndef scan(call):\n"
              "    return os.environ['TOKEN'].upper()\n", "mine")
    plugins.add_path(tmp_path)
    document = plugins.run("worker:mine", environment={"TOKEN": SECRET})
    assert document["results"] == [SECRET.upper()]


def test_installing(tmp_path):
    source = folder_of(tmp_path / "from", "decoder", name="mine")
    done = cupel.install(source, tmp_path / "to")
    assert done["plugins"] == ["decoder:mine"] and not done["replaced"]
    with pytest.raises(cupel.AlreadyExists):
        cupel.install(source, tmp_path / "to")
    assert cupel.install(source, tmp_path / "to", upgrade=True)["replaced"]
    with pytest.raises(cupel.InvalidArgument, match="the folder"):
        cupel.install("", tmp_path)


SLEEPS = ("import time\nfrom cupel.plugin import worker\n@worker\n"
          "def scan(call):\n    time.sleep(600)\n")


def test_cancelling_one_in_a_process_of_its_own(plugins, tmp_path):
    folder_of(tmp_path, "worker", SLEEPS, "sleeps")
    plugins.add_path(tmp_path)
    cancel = cupel.Cancel()
    timer = threading.Timer(0.2, cancel.trigger)
    timer.start()
    assert plugins.run("worker:sleeps", cancel=cancel)["complete"] is False
    timer.join()


def test_in_a_loop(plugins, tmp_path):
    folder_of(tmp_path, "worker", SLEEPS, "sleeps")
    plugins.add_path(tmp_path)

    async def main():
        task = asyncio.create_task(plugins.run_async("worker:sleeps"))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await plugins.run_async("decoder:base64", b"aGVsbG8=")

    assert asyncio.run(main())["status"] == "OK"


def test_wrong_arguments(plugins):
    with pytest.raises(cupel.InvalidArgument, match="tier"):
        cupel.Plugins(min_tier="moon")
    with pytest.raises(TypeError):
        plugins.run("decoder:base64", 7)
    with pytest.raises(cupel.InvalidArgument, match="options"):
        plugins.run("decoder:base64", b"", options={"x": object()})
    with pytest.raises(cupel.InvalidArgument):
        plugins.set_option("decoder:base64", "", 1)
