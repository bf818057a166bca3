"""`python -m cupel.host`: started by Cupel, with a socket as descriptor 3."""

import faulthandler
import io
import os
import pathlib
import sys

_DESCRIPTOR = 3
_ROOT = str(pathlib.Path(__file__).resolve().parents[2])


def _prepare_process() -> None:
    # The current folder is no place to import from: anybody's files may be
    # in it. And nothing is written into the folders of plugins.
    sys.path[:] = [path for path in sys.path
                   if path and os.path.realpath(path) != os.getcwd()
                   or path == _ROOT]
    sys.dont_write_bytecode = True
    sys.argv = ["cupel.host"]
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=True, errors="backslashreplace")
    if sys.stderr is not None:
        faulthandler.enable()


def main() -> int:
    """Serves until the host wants no more. Returns the exit code."""
    if sys.version_info < (3, 11):
        print("cupel.host: Python 3.11 or newer is needed, and this is "
              f"{sys.version.split()[0]}", file=sys.stderr)
        return 2
    _prepare_process()
    from cupel.host.channel import Channel
    from cupel.host.server import Server
    try:
        channel = Channel.take_over(_DESCRIPTOR)
    except OSError as error:
        print("cupel.host: this program is started by Cupel, with a socket as "
              f"descriptor {_DESCRIPTOR}: {error}", file=sys.stderr)
        return 2
    return Server(channel).serve()


if __name__ == "__main__":
    code = main()
    for output in (sys.stdout, sys.stderr):
        if output is not None:
            output.flush()
    # Threads that a plugin left behind are no reason to stay.
    os._exit(code)
