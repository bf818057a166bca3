#!/usr/bin/env python3
"""Builds the archives of examples/packages from tests/e2e/packages_src.

    build_packages.py FOLDER

The same bytes come out on every machine. That is why deflate and tar are
written here too: what zlib and tarfile write depends on their versions. Needs
nothing but Python's standard library.
"""

import base64
import hashlib
import pathlib
import struct
import sys
import zlib

SOURCES = pathlib.Path(__file__).resolve().parent / "packages_src"
TIME = 1577934245  # 2020-01-02 03:04:05 UTC
DOS_DATE, DOS_TIME = (40 << 9) | (1 << 5) | 2, (3 << 11) | (4 << 5) | 2
WHEEL = (b"Wheel-Version: 1.0\nGenerator: cupel\n"
         b"Root-Is-Purelib: true\nTag: py3-none-any\n")


class BitWriter:
    def __init__(self):
        self.out, self.bits, self.count = bytearray(), 0, 0

    def put(self, value, width):
        self.bits |= value << self.count
        self.count += width
        while self.count >= 8:
            self.out.append(self.bits & 255)
            self.bits >>= 8
            self.count -= 8

    def put_code(self, value, width):  # Huffman codes go in backwards
        self.put(int(format(value, f"0{width}b")[::-1], 2), width)

    def finish(self):
        if self.count:
            self.put(0, 8 - self.count)
        return bytes(self.out)


def _length_codes():
    """length -> (symbol, extra bits, their value), RFC 1951 3.2.5."""
    table, base = {}, 3
    for symbol in range(257, 285):
        extra = 0 if symbol < 265 else (symbol - 261) // 4
        for value in range(1 << extra):
            table[base + value] = (symbol, extra, value)
        base += 1 << extra
    table[258] = (285, 0, 0)
    return table


LENGTHS = _length_codes()


def _distance_code(distance):
    base = 1
    for symbol in range(30):
        extra = 0 if symbol < 4 else symbol // 2 - 1
        if distance < base + (1 << extra):
            return symbol, extra, distance - base
        base += 1 << extra
    raise ValueError(f"distance {distance} is too far for deflate")


def _put_symbol(out, symbol):
    """The fixed Huffman code, RFC 1951 3.2.6."""
    if symbol < 144:
        out.put_code(0x30 + symbol, 8)
    elif symbol < 256:
        out.put_code(0x190 + symbol - 144, 9)
    elif symbol < 280:
        out.put_code(symbol - 256, 7)
    else:
        out.put_code(0xC0 + symbol - 280, 8)


def deflate(data):
    """One block with the fixed code; takes the last place of each 3 bytes."""
    out, seen, here = BitWriter(), {}, 0
    out.put(0b011, 3)  # last block, fixed code
    while here < len(data):
        there = seen.get(data[here:here + 3], -1)
        length = 0
        if there >= 0 and here - there <= 32768:
            while (length < 258 and here + length < len(data)
                   and data[there + length] == data[here + length]):
                length += 1
        if length >= 3:
            symbol, extra, value = LENGTHS[length]
            _put_symbol(out, symbol)
            out.put(value, extra)
            symbol, extra, value = _distance_code(here - there)
            out.put_code(symbol, 5)
            out.put(value, extra)
        else:
            length = 1
            _put_symbol(out, data[here])
        for place in range(here, here + length):
            seen[data[place:place + 3]] = place
        here += length
    _put_symbol(out, 256)
    return out.finish()


def gzip(data):
    return (b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + deflate(data)
            + struct.pack("<II", zlib.crc32(data), len(data)))


def _tar_member(name, data):
    """Header and data, padded; the header as POSIX.1-1988 (ustar) has it."""
    fields = struct.pack("100s8s8s8s12s12s", name.encode(), b"0000644",
                         b"0000000", b"0000000", b"%011o" % len(data),
                         b"%011o" % TIME)
    rest = struct.pack("1s100s6s2s247s", b"0", b"", b"ustar", b"00", b"")
    checksum = sum(fields) + sum(rest) + 8 * ord(" ")
    return (fields + b"%06o\0 " % checksum + rest + data
            + bytes(-len(data) % 512))


def tar_body(members):
    """A tar without the zero blocks at its end."""
    return b"".join(_tar_member(name, data) for name, data in members)


def tar(members):
    return tar_body(members) + bytes(1024)


def zip_crypto(data, check, password):
    """The traditional encryption of PKWARE's APPNOTE, 6.1."""
    zero = zlib.crc32(b"\0")
    table = [zlib.crc32(bytes([i])) ^ zero for i in range(256)]
    keys = [0x12345678, 0x23456789, 0x34567890]

    def step(crc, byte):
        return (crc >> 8) ^ table[(crc ^ byte) & 255]

    def update(byte):
        keys[0] = step(keys[0], byte)
        keys[1] = (keys[1] + (keys[0] & 255)) * 134775813 + 1 & 0xFFFFFFFF
        keys[2] = step(keys[2], keys[1] >> 24)

    for byte in password:
        update(byte)
    out = bytearray()
    # The header should be random; here it has to be the same every time.
    for byte in b"cupel-fixed" + bytes([check]) + data:
        low = keys[2] & 0xFFFF | 2
        out.append(byte ^ (low * (low ^ 1) >> 8) & 255)
        update(byte)
    return bytes(out)


def zip_archive(members, password=None):
    body, central = b"", b""
    for name, data in members:
        name, crc, packed = name.encode(), zlib.crc32(data), deflate(data)
        if password:
            packed = zip_crypto(packed, crc >> 24, password)
        common = struct.pack("<HHHHHIIIHH", 20, 1 if password else 0, 8,
                             DOS_TIME, DOS_DATE, crc, len(packed), len(data),
                             len(name), 0)
        central += (b"PK\1\2" + struct.pack("<H", 0x314) + common
                    + struct.pack("<HHHII", 0, 0, 0, 0o100644 << 16, len(body))
                    + name)
        body += b"PK\3\4" + common + name + packed
    count = len(members)
    return body + central + b"PK\5\6" + struct.pack(
        "<HHHHIIH", 0, 0, count, count, len(central), len(body), 0)


def read(folder, prefix=""):
    """(name, bytes) of every file below SOURCES/folder, sorted by name."""
    root = SOURCES / folder
    files = sorted((p.relative_to(root).as_posix(), p)
                   for p in root.rglob("*")
                   if p.is_file() and p.suffix != ".pyc")
    if not files:
        sys.exit(f"build_packages.py: {root} has no files")
    return [(prefix + name, path.read_bytes()) for name, path in files]


def wheel(name, version, members):
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    members = members + [(f"{info}/METADATA", metadata.encode()),
                         (f"{info}/WHEEL", WHEEL)]
    record = ""
    for path, data in members:
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
        record += f"{path},sha256={digest.decode().rstrip('=')},{len(data)}\n"
    record += f"{info}/RECORD,,\n"
    return zip_archive(members + [(f"{info}/RECORD", record.encode())])


def packages():
    """File name -> bytes of every archive in examples/packages."""
    module = [m for m in read("acme_colors/sdist") if m[0].endswith("_.py")]
    colors = wheel("acme_colors", "0.2.0",
                   module + read("acme_colors/wheel"))
    colors_name = "acme_colors-0.2.0-py3-none-any.whl"
    logger = gzip(tar(read("acme-logger")))
    inner = zip_archive([(colors_name, colors)])
    return {
        "acme-left-pad-1.0.3.tgz": gzip(tar(read("acme-left-pad"))),
        "acme_colors-0.2.0.tar.gz":
            gzip(tar(read("acme_colors/sdist", "acme_colors-0.2.0/"))),
        colors_name: colors,
        "acme-right-pad-2.1.0.tgz": gzip(tar(read("acme-right-pad"))),
        "acme_shapes-1.0.0-py3-none-any.whl":
            wheel("acme_shapes", "1.0.0", read("acme_shapes")),
        "acme-invoice-infected.zip":
            zip_archive(read("acme-invoice"), b"infected"),
        "acme-bundle-1.0.0.tar.gz": gzip(tar(
            read("acme-bundle", "bundle/") + [("bundle/inner.zip", inner)])),
        # A reader that stops after the first gzip member never sees setup.py.
        "acme_icons-0.1.0.tar.gz":
            gzip(tar_body(read("acme_icons/first", "acme_icons-0.1.0/")))
            + gzip(tar(read("acme_icons/second", "acme_icons-0.1.0/"))),
        # Ends in the middle of the last file, words.js.
        "acme-logger-1.0.0-truncated.tgz": logger[:-120],
    }


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: build_packages.py FOLDER")
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in packages().items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
