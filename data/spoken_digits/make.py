"""Build data/spoken_digits: the ten digits in nine languages, by espeak-ng's voices and by people, on Debian 12."""

import io
import os
import subprocess
import tarfile
import tempfile
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

from maker_tools import fetch_debian_package, replace_by_arrays

NAME = "spoken_digits"
RATE = 8000
LANGUAGES = ("en", "es", "fr", "it", "de", "ru", "nl", "pt", "sv")
# espeak-ng's accents of each language; the voices take turns.
ACCENTS = {"en": ("en-us", "en-gb"), "es": ("es", "es-419"), "fr": ("fr-fr", "fr-be"), "pt": ("pt", "pt-br")}
VOICES = ("m1", "f1", "m2", "f2", "m3", "f3", "m4", "f4", "m5", "f5", "m6", "m7")
ESPEAK = {
    "espeak-ng=1.51+dfsg-10+deb12u2": "a11396a690f85f55e6e6b2965505237ddf3dc95c51936aa61de936f1ccf8f4d0",
    "espeak-ng-data=1.51+dfsg-10+deb12u2": "573f5661c6a5adcf949018baad158c4c773bf5579390ee5235a890f1cd694106",
    "libespeak-ng1=1.51+dfsg-10+deb12u2": "2b127a95b50d92cbd7a615968d2ac1566e1cbc87e27bcda0c2894afb2407c6d2",
    "libsonic0=0.2.0-12": "9d60de6918ace0b10e3e4e95421befd08aaf03b5b2a3d71ceb799e0cf259916f",
    "libpcaudio0=1.2-2": "5309759e4d129c7d9a601240cc6e62820ecfa86a1a98e207992ffa6a572dbcd2",
}
STAMPS = ("tuxpaint-stamps-default=2022.06.04-1", "6db6c1bfc870a47f1499d6203b083522eacb57c5f9c87d468f2e92eb6d9d5f34")
STAMPS_ENDINGS = {"en": ("", "_en_GB"), **{language: (f"_{language}",) for language in LANGUAGES[1:]}}
TELEPHONE = {
    "en": "2be3ea287d83299d143815fa804f11179a75b7affd4a758b98b55f5afc18a35d",
    "es": "9283a09a6d56fccdcc2bcfe86c48f0f844289cfbd46a3184d8785a6f7f569903",
    "fr": "8d4e1bc32ed5ba7fbda40841ca1825ed20cc6232724a473c90f8bb0e53e6073e",
    "it": "5a26638089e134b8ac39363fe249c5c93c50cd8bfdc9b2499ae61ec4a35e2fcb",
    "ru": "ccbfaebfa450b7a9ddf644ae0f3d1e9017d5df7c0aebe816e946345589d38201",
}


def open_package(name: str, sha256: str) -> tarfile.TarFile:
    """Fetch a Debian package and return its files."""
    with tempfile.TemporaryDirectory() as temporary:
        return tarfile.open(fileobj=io.BytesIO(fetch_debian_package(name, sha256, Path(temporary)).read_bytes()))


def prepared(sound: np.ndarray, rate: int) -> np.ndarray:
    """Return one channel at 8 kHz, from the first to the last 10 ms within 35 dB of the loudest, and 50 ms around."""
    sound = sound if sound.ndim == 1 else sound.mean(axis=1)
    common = np.gcd(rate, RATE)
    sound = resample_poly(sound, RATE // common, rate // common)
    frames = sound[: len(sound) // 80 * 80].reshape(-1, 80)
    power = (frames**2).mean(axis=1)
    loud = np.flatnonzero(power > power.max() * 10**-3.5)
    return sound[max(0, 80 * loud[0] - 400) : 80 * loud[-1] + 480]


def mu_law(sound: np.ndarray) -> np.ndarray:
    """Return a sound from -1 to 1 as bytes that are finer where it is soft, as telephones do (G.711)."""
    sound = np.clip(sound, -1, 1)
    return np.round(127.5 + 127.5 * np.sign(sound) * np.log1p(255 * np.abs(sound)) / np.log(256)).astype(np.uint8)


def spoken_by_machine() -> list[tuple]:
    """Let each voice say each digit in each language, at a speed and a pitch of its own."""
    words, rng = [], np.random.Generator(np.random.PCG64(0))
    with tempfile.TemporaryDirectory() as temporary:
        for package in ESPEAK.items():
            open_package(*package).extractall(temporary, filter="tar")
        (libraries,) = Path(temporary).glob("usr/lib/*-linux-gnu")
        environment = os.environ | {"LD_LIBRARY_PATH": str(libraries), "ESPEAK_DATA_PATH": str(libraries)}
        for speaker, voice in enumerate(VOICES):
            for language in LANGUAGES:
                speed, pitch = rng.integers(120, 200), rng.integers(30, 70)
                accents = ACCENTS.get(language, (language,))
                command = [f"{temporary}/usr/bin/espeak-ng", "-v", f"{accents[speaker % len(accents)]}+{voice}"]
                command += ["-s", str(speed), "-p", str(pitch), "--stdout"]
                for digit in range(10):
                    wave = subprocess.run([*command, str(digit)], env=environment, capture_output=True, check=True)
                    sound, rate = soundfile.read(io.BytesIO(wave.stdout))
                    words.append((prepared(sound, rate), digit, language, speaker, False))
    return words


def spoken_by_people() -> list[tuple]:
    """Read the digits of each set of recordings; some sets have no zero."""
    words, speaker = [], 0
    files = open_package(*STAMPS)
    for language, endings in STAMPS_ENDINGS.items():
        for ending in endings:
            for digit in range(10):
                path = f"./usr/share/tuxpaint/stamps/symbols/math/{digit}{ending}.ogg"
                if path in files.getnames():
                    sound = soundfile.read(io.BytesIO(files.extractfile(path).read()))
                    words.append((prepared(*sound), digit, language, speaker, True))
            speaker += 1
    for language, sha256 in TELEPHONE.items():
        files = open_package(f"asterisk-core-sounds-{language}-wav=1.6.1-1", sha256)
        for digit in range(10):
            (path,) = (path for path in files.getnames() if path.endswith(f"/digits/{digit}.wav"))
            sound = soundfile.read(io.BytesIO(files.extractfile(path).read()))
            words.append((prepared(*sound), digit, language, speaker, True))
        speaker += 1
    return words


if __name__ == "__main__":
    sounds, digits, languages, speakers, human = zip(*spoken_by_machine(), *spoken_by_people(), strict=True)
    arrays = {
        "sounds": np.concatenate([mu_law(sound) for sound in sounds]),
        "lengths": np.array([len(sound) for sound in sounds], np.uint16),
        "digits": np.array(digits, np.uint8),
        "languages": np.array(languages),
        "speakers": np.array(speakers, np.uint8),
        "human": np.array(human),
    }
    replace_by_arrays(NAME, arrays)
