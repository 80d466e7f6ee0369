"""Measuring inside a process of its own: seconds of wall time and peak memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Measured:
    """Seconds by step, rows written, and the peak of resident memory in MB up to the end of each step."""

    seconds: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    peaks: dict[str, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        return sum(self.seconds.values())

    def sum_of(self, *steps: str) -> float:
        return sum(self.seconds[step] for step in steps)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start
        self.peaks[name] = peak_memory_mb()

    def tell(self) -> None:
        """Print what was measured as the last line, for the process that asked."""
        print(json.dumps(asdict(self)))


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised, what was measured, and the limit."""

    what: str
    measured: float
    most: float

    @property
    def is_kept(self) -> bool:
        return self.measured <= self.most


def peak_memory_mb() -> float:
    """Of this process since it began; getrusage's figure would hold its parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        kilobytes = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(kilobytes.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024


def timed(work: Callable[[], object]) -> float:
    """Seconds of wall time that it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measured_apart(module: str, *arguments: str) -> Measured:
    """Run `python -m module arguments` and take what it tells."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], check=True, stdout=subprocess.PIPE, text=True
    )
    return Measured(**json.loads(done.stdout.strip().splitlines()[-1]))


def best(results: list[Measured]) -> Measured:
    """The quickest of several runs, step by step: what the machine does when nothing else disturbs it."""
    steps = results[0].seconds
    return Measured(
        seconds={step: min(result.seconds[step] for result in results) for step in steps},
        counts=results[0].counts,
        peaks={step: max(result.peaks[step] for result in results) for step in results[0].peaks},
    )
