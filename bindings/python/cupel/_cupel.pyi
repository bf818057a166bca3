"""Types of the extension module, by the files of bindings/python/src."""

from typing import final

# module.c

def version() -> str: ...
def abi_version() -> int: ...
def build_info() -> str: ...

# buffers.c

@final
class Buffer:
    def __len__(self) -> int: ...

# cancel.c

@final
class Cancel:
    def __new__(cls) -> Cancel: ...
    @property
    def triggered(self) -> bool: ...
    def trigger(self) -> None: ...

# engine.c

@final
class Engine:
    def __new__(cls) -> Engine: ...
