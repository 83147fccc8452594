"""Identifiers of what the hub makes, and digests of what it is given."""

import hashlib
import secrets
from uuid import UUID

from lingnan.base.clock import Clock

NODE_LIMIT = 1 << 12
_VARIANT = {f"{digit:x}": "89ab"[digit & 3] for digit in range(16)}


def new_id(node: int, clock: Clock) -> str:
    """A UUIDv7 (RFC 9562) whose twelve `rand_a` bits are the node's number, so ids of two nodes never meet."""
    if not 0 <= node < NODE_LIMIT:
        raise ValueError(f"node number {node} is not within 0..{NODE_LIMIT - 1}")
    milliseconds = int(clock.now().timestamp() * 1000) & ((1 << 48) - 1)
    value = (milliseconds << 80) | (0x7 << 76) | (node << 64) | (0b10 << 62) | secrets.randbits(62)
    return str(UUID(int=value))


def new_ids(node: int, clock: Clock, count: int) -> list[str]:
    """So many of these ids of one moment, in their order."""
    begin, chance = new_id(node, clock)[:19], secrets.token_hex(8 * count)
    drawn = (chance[at : at + 16] for at in range(0, 16 * count, 16))
    return sorted(f"{begin}{_VARIANT[digits[0]]}{digits[1:4]}-{digits[4:]}" for digits in drawn)


def content_digest(*parts: str | bytes) -> str:
    """SHA-256 over the parts, each with its length before it so that no two lists of parts collide."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()
