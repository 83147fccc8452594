"""Checkpoints as texts that are signed: what a log says of its size and root, after the notes of C2SP `tlog-checkpoint`."""

import base64
import binascii
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from lingnan.base import BadInput
from lingnan.trust.keys.shapes import KeyPurpose, Signature, Verdict

PURPOSE: KeyPurpose = "checkpoint"
DASH = "— "
COSIGNED = "cosignature/v1"


class Signer(Protocol):
    """What a log asks of the key ring."""

    def sign(self, purpose: KeyPurpose, data: bytes) -> Signature:
        """Sign with the purpose's active key."""
        ...

    def verify(self, signature: Signature, data: bytes, purpose: KeyPurpose, at: datetime | None = None) -> Verdict:
        """Check a signature made at a proven time."""
        ...


@dataclass(frozen=True)
class Checkpoint:
    """The root of the first `size` entries of the log `origin`; `at` is when it was taken."""

    origin: str
    size: int
    root: bytes
    algorithm: str
    at: str

    def body(self) -> str:
        """The text that is signed: origin, size and root, each on its line, then hash and time as extension lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\nhash {self.algorithm}\ntime {self.at}\n"

    @classmethod
    def from_body(cls, body: str) -> "Checkpoint":
        """The checkpoint that `body` wrote; BadInput when the text is none."""
        try:
            origin, size, root, algorithm, at, end = body.split("\n")
            found = cls(origin, int(size), base64.b64decode(root, validate=True), algorithm.removeprefix("hash "), at.removeprefix("time "))
        except (ValueError, binascii.Error) as error:
            raise _no_note() from error
        if end or found.body() != body:
            raise _no_note()
        return found


@dataclass(frozen=True)
class SignatureLine:
    """One signature under a checkpoint; `at` is the second since 1970 at which a witness co-signed, 0 for the log's own."""

    signer: str
    signature: Signature
    at: int = 0

    def signed(self, body: str) -> bytes:
        """The bytes the signature is over; a co-signature also covers its time, and can never be taken for a log's own."""
        return (f"{COSIGNED}\ntime {self.at}\n{body}" if self.at else body).encode()

    def to_text(self) -> str:
        """The line as it stands under the text."""
        return f"{DASH}{self.signer} {self.signature.to_text()}" + (f" {self.at}" if self.at else "")

    @classmethod
    def from_text(cls, line: str) -> "SignatureLine":
        """The signature that a line holds; BadInput when it holds none."""
        parts = line.removeprefix(DASH).split(" ")
        if not line.startswith(DASH) or len(parts) not in (2, 3) or not all(part.isdigit() for part in parts[2:]):
            raise _no_note()
        return cls(parts[0], Signature.from_text(parts[1]), int(parts[2]) if len(parts) == 3 else 0)


@dataclass(frozen=True)
class Note:
    """A checkpoint with the signatures under it."""

    checkpoint: Checkpoint
    lines: tuple[SignatureLine, ...]

    @property
    def own(self) -> SignatureLine | None:
        """The log's own signature."""
        return next((line for line in self.lines if not line.at and line.signer == self.checkpoint.origin), None)

    def signed_by(self, line: SignatureLine) -> "Note":
        """The note with one more signature."""
        return replace(self, lines=(*self.lines, line))

    def to_text(self) -> str:
        """Body, an empty line, signatures."""
        return self.checkpoint.body() + "\n" + "".join(f"{line.to_text()}\n" for line in self.lines)

    @classmethod
    def from_text(cls, text: str) -> "Note":
        """The note that `to_text` wrote; BadInput when the text is none."""
        body, empty, lines = text.partition("\n\n")
        if not empty:
            raise _no_note()
        return cls(Checkpoint.from_body(f"{body}\n"), tuple(SignatureLine.from_text(line) for line in lines.splitlines()))


def _no_note() -> BadInput:
    return BadInput(
        "这不是检查点文本。请使用 lingnan trust checkpoint export 或 cosign 写出的文件。",
        "This is no text of a checkpoint. Use a file that lingnan trust checkpoint export or cosign wrote.",
    )
