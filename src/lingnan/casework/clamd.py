"""Asks a ClamAV daemon about a file (its INSTREAM command); without an answer nothing is kept."""

import socket
import struct
from pathlib import Path

from lingnan.base import Unavailable, WrongUse

PIECE = 1 << 16


class ClamdScanner:
    """`place` is the path of the daemon's socket, or `host:port`."""

    def __init__(self, place: str, timeout_s: float = 60.0) -> None:
        self._place, self._timeout_s = place, timeout_s

    def __call__(self, path: Path) -> str:
        """The name of what was found, or nothing; Unavailable when the daemon does not answer."""
        try:
            with self._connected() as line, path.open("rb") as file:
                line.sendall(b"zINSTREAM\0")
                while piece := file.read(PIECE):
                    line.sendall(struct.pack(">I", len(piece)) + piece)
                line.sendall(struct.pack(">I", 0))
                said = _said(line)
        except OSError as error:
            raise _silent() from error
        if said.endswith(" FOUND"):
            return said.removesuffix(" FOUND").partition(": ")[2]
        if said.endswith(" OK"):
            return ""
        raise _silent()

    def _connected(self) -> socket.socket:
        if self._place.startswith("/"):
            line = socket.socket(socket.AF_UNIX)
            line.settimeout(self._timeout_s)
            line.connect(self._place)
            return line
        host, _, port = self._place.rpartition(":")
        if not host or not port.isdecimal():
            raise WrongUse("LINGNAN_CLAMD 应为套接字路径或“主机:端口”。", "LINGNAN_CLAMD must be a socket's path or “host:port”.")
        return socket.create_connection((host, int(port)), self._timeout_s)


def _said(line: socket.socket) -> str:
    said = b""
    while piece := line.recv(4096):
        said += piece
        if len(said) > PIECE:
            break
    return said.rstrip(b"\0\n").decode("utf-8", "replace")


def _silent() -> Unavailable:
    return Unavailable(
        "恶意内容扫描服务没有应答，附件未保存。请确认 clamd 已启动后重试。",
        "The malware scanner does not answer; the attachment was not kept. Make sure clamd runs, then try again.",
    )
