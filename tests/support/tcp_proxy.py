"""A TCP proxy on loopback that can be slow, or stop forwarding without closing
anything, as a network that was cut does."""

import selectors
import socket
import threading
import time


class TcpProxy:
    """Forwards to a port of loopback; use it in a with statement."""

    def __init__(self, port, bytes_per_second=None, delay=0.0):
        self.target = port
        self.bytes_per_second = bytes_per_second
        self.delay = delay
        self.connections = 0
        self._stalled = []
        self._flowing = threading.Event()
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._sockets = [self._listener]
        self._pairs = []
        self._threads = [threading.Thread(target=self._accept)]

    def __enter__(self):
        self._threads[0].start()
        return self

    def __exit__(self, *_):
        self._closing.set()
        for one in self._sockets:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()
        for thread in self._threads:
            thread.join()

    def cut(self):
        """From now on the connections that there are forward nothing more, and
        nobody is told. New ones work."""
        for pair in self._pairs:
            pair.set()

    def _accept(self):
        while not self._closing.is_set():
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                if self._closing.is_set():
                    return
                client.close()
                continue
            self.connections += 1
            cut = threading.Event()
            self._pairs.append(cut)
            self._sockets += [client, server]
            for pair in ((client, server), (server, client)):
                thread = threading.Thread(target=self._forward,
                                          args=(*pair, cut), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _forward(self, source, sink, cut):
        selector = selectors.DefaultSelector()
        try:
            selector.register(source, selectors.EVENT_READ)
            while not self._closing.is_set():
                if cut.is_set():
                    self._closing.wait()
                    return
                if not selector.select(0.05):
                    continue
                data = source.recv(4096)
                if not data or cut.is_set():
                    if cut.is_set():
                        continue
                    sink.shutdown(socket.SHUT_WR)
                    return
                if self.bytes_per_second:
                    time.sleep(self.delay + len(data) / self.bytes_per_second)
                sink.sendall(data)
        except (OSError, ValueError):
            # Either end is gone; so is the other then.
            for one in (source, sink):
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
        finally:
            selector.close()
