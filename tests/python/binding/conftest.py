"""What the tests of the Python binding share."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import cupel

ROOT = Path(__file__).resolve().parents[3]

HELLO = 'rule hello : greeting { meta: weight = 3 ' \
        'strings: $a = "hello" $b = "world" condition: any of them }'
# Takes seconds over a few megabytes of "ab", and libyara asks nobody meanwhile.
SLOW = 'rule slow { strings: $a = /(a|b)[^x]{1,200}c[0-9]{3}d/ condition: $a }'


@pytest.fixture
def rules() -> cupel.Rules:
    return cupel.compile_rules(HELLO)


@pytest.fixture
def scanner(rules: cupel.Rules) -> cupel.Scanner:
    return cupel.Scanner(rules)


@pytest.fixture
def run_python() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a program in a fresh interpreter."""
    def run(program: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", program], text=True,
                              capture_output=True, timeout=120)
    return run
