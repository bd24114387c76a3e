"""Runs a command where the network is loopback alone: the audit `offline` calls it inside `unshare -rn`."""

import fcntl
import os
import socket
import struct
import sys

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP, IFF_RUNNING = 0x8913, 0x8914, 0x1, 0x40


def main() -> None:
    """Switch loopback on, which a new network namespace has switched off; then become the command."""
    with socket.socket(type=socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP | IFF_RUNNING))
        names = [name for _, name in socket.if_nameindex()]
        up = [name for name in names if flags(control, name) & IFF_UP]  # Linux may have tunnels, switched off
    if up != ["lo"]:
        sys.exit(f"error: there is more than loopback here: {', '.join(up)}; type: make audit NAME=offline")
    os.execv(sys.argv[1], sys.argv[1:])


def flags(control: socket.socket, name: str) -> int:
    """Return the flags of a network interface."""
    request = struct.pack("16sh", name.encode(), 0)
    return struct.unpack("16sh", fcntl.ioctl(control, SIOCGIFFLAGS, request))[1]


if __name__ == "__main__":
    main()
