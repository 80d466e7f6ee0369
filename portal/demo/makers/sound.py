"""Sound: three beds of an audio spot, played by a small plucked string, as WAV."""

from __future__ import annotations

import wave
from array import array
from functools import cache
from io import BytesIO

RATE = 16_000
LOUDEST = 26_000
# a melody is (beat, semitones above A3, beats it rings); three moods of one tune
TUNE = ((0, 3), (0.5, 7), (1, 10), (1.5, 15), (2, 14), (2.5, 10), (3, 12), (3.5, 7))
BASS = ((0, -9), (2, -12), (4, -7), (6, -5))
MOODS = ((126, 0, 30), (104, -2, 30), (138, 3, 32))


def three_spots() -> bytes:
    """Three beds of thirty seconds and a tag, 1:32 in all, mono."""
    samples = array("h")
    for tempo, shift, seconds in MOODS:
        samples.extend(_bed(tempo, shift, seconds))
    made = BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.tobytes())
    return made.getvalue()


def _bed(tempo: int, shift: int, seconds: int) -> array[int]:
    """A loop of eight beats over `seconds`, faded in and out."""
    beat = 60 / tempo
    loop_length = int(8 * beat * RATE)
    loop = [0.0] * (loop_length + 2 * RATE)
    for bar in (0, 4):
        for at, note in TUNE:
            _add(loop, int((bar + at) * beat * RATE), _string(note + shift + (2 if bar else 0)), 0.5)
    for at, note in BASS:
        _add(loop, int(at * beat * RATE), _string(note + shift), 0.8)
    for n in range(2 * RATE):
        loop[n] += loop[loop_length + n]
    top = max(map(abs, loop)) or 1.0
    quiet = [value * LOUDEST / top for value in loop[:loop_length]]
    wanted = seconds * RATE
    repeated = (quiet * (wanted // loop_length + 1))[:wanted]
    fade = RATE // 2
    for n in range(fade):
        repeated[n] *= n / fade
        repeated[-1 - n] *= n / fade
    return array("h", map(int, repeated))


@cache
def _string(note: int) -> tuple[float, ...]:
    """A plucked string by Karplus and Strong (Computer Music Journal 7:2, 1983), two seconds long."""
    period = round(RATE / (220 * 2 ** (note / 12)))
    # the pluck: a fixed sequence, so that the file is the same each time
    ring = [((n * 7919 + 104_729) % 2001 - 1000) / 1000 for n in range(period)]
    samples = []
    for n in range(2 * RATE):
        here = n % period
        samples.append(ring[here])
        ring[here] = 0.497 * (ring[here] + ring[(here + 1) % period])
    return tuple(samples)


def _add(loop: list[float], start: int, note: tuple[float, ...], loudness: float) -> None:
    room = min(len(note), len(loop) - start)
    for n in range(room):
        loop[start + n] += note[n] * loudness
