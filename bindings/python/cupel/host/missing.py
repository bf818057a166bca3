"""What to install for a module that is not there."""

from __future__ import annotations

# Modules whose package has another name: on PyPI, and in Debian if it has it.
_PACKAGES: dict[str, tuple[str, str]] = {
    "attr": ("attrs", "python3-attr"),
    "bs4": ("beautifulsoup4", "python3-bs4"),
    "boto": ("boto", ""),
    "Crypto": ("pycryptodome", ""),
    "Cryptodome": ("pycryptodomex", "python3-pycryptodome"),
    "cv2": ("opencv-python", "python3-opencv"),
    "dateutil": ("python-dateutil", "python3-dateutil"),
    "dns": ("dnspython", "python3-dnspython"),
    "docx": ("python-docx", "python3-docx"),
    "exif": ("exif", ""),
    "google": ("protobuf", "python3-protobuf"),
    "httpx": ("httpx", "python3-httpx"),
    "jinja2": ("Jinja2", "python3-jinja2"),
    "jose": ("python-jose", "python3-jose"),
    "jwt": ("PyJWT", "python3-jwt"),
    "kafka": ("kafka-python", "python3-kafka"),
    "lxml": ("lxml", "python3-lxml"),
    "magic": ("python-magic", "python3-magic"),
    "maxminddb": ("maxminddb", "python3-maxminddb"),
    "nacl": ("PyNaCl", "python3-nacl"),
    "OpenSSL": ("pyOpenSSL", "python3-openssl"),
    "oletools": ("oletools", ""),
    "pefile": ("pefile", "python3-pefile"),
    "PIL": ("Pillow", "python3-pil"),
    "psycopg2": ("psycopg2-binary", "python3-psycopg2"),
    "PyPDF2": ("PyPDF2", "python3-pypdf2"),
    "redis": ("redis", "python3-redis"),
    "requests": ("requests", "python3-requests"),
    "serial": ("pyserial", "python3-serial"),
    "shodan": ("shodan", "python3-shodan"),
    "sklearn": ("scikit-learn", "python3-sklearn"),
    "slackclient": ("slackclient", ""),
    "ssdeep": ("ssdeep", "python3-ssdeep"),
    "tlsh": ("py-tlsh", "python3-tlsh"),
    "usb": ("pyusb", "python3-usb"),
    "watchdog": ("watchdog", "python3-watchdog"),
    "yaml": ("PyYAML", "python3-yaml"),
    "yara": ("yara-python", "python3-yara"),
    "zmq": ("pyzmq", "python3-zmq"),
}
# Packages that no index has: they are parts of another system.
_PARTS: dict[str, str] = {
    "boefjes": "a part of OpenKAT of which only what most plugins use is here",
    "octopoes": "a part of OpenKAT of which only what most plugins use is here",
    "stoq": "of stoQ 1.x only what plugins use is here",
}


def explain_part(name: str | None) -> str:
    """Of what the module is only a part, if of anything."""
    part = _PARTS.get((name or "").partition(".")[0])
    return f": {part}" if part else ""


def missing_module(name: str) -> str:
    """A sentence on a module that can't be imported, with the remedy."""
    top = name.partition(".")[0]
    if top in _PARTS:
        return f"the module {name!r} is missing{explain_part(name)}"
    package, debian = _PACKAGES.get(top, (top, ""))
    remedy = f"pip install {package}"
    if debian:
        remedy += f", or Debian's {debian}"
    return (f"the module {name!r} is missing; install it for the Python that "
            f"runs plugins: {remedy}")
