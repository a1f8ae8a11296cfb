"""Whether a port can be listened on, asked before anything is started that needs it."""

from __future__ import annotations

import argparse
import errno
import socket


def port(written: str) -> int:
    """As a command line names it."""
    if not written.isdecimal() or not 1 <= int(written) <= 65535:
        raise argparse.ArgumentTypeError(f"{written!r} is no port: name one from 1 to 65535")
    return int(written)


def taken(port: int, host: str = "127.0.0.1") -> bool:
    """Somebody listens there already, or it may not be used. Raises OSError when the machine has no such address."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                return True
            raise
    return False
