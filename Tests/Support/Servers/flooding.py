#!/usr/bin/env python3
"""Greets as an SSH server and then sends without end, as long as somebody takes it.

    flooding.py KIND

KIND: `ignore` sends messages that a client drops, `banner` messages that it keeps, `lines` text before any greeting.
Listens on a free port of 127.0.0.1, prints it, and ends when its standard input is closed.
"""

import os
import socket
import struct
import sys
import threading


def message(number, length):
    body = bytes([number]) + struct.pack(">I", length) + bytes(length)
    padding = 8 - (len(body) + 5) % 8 + 8
    return struct.pack(">IB", len(body) + 1 + padding, padding) + body + bytes(padding)


greeting = b"SSH-2.0-flood\r\n"
start, rest = {
    "ignore": (greeting, message(2, 8192)),
    "banner": (greeting, message(53, 8192)),
    "lines": (b"", b"hello\r\n" * 1000),
}[sys.argv[1]]


def serve(client):
    try:
        client.sendall(start)
        while True:
            client.sendall(rest * 32)
    except OSError:
        client.close()


def accept(server):
    while True:
        client, _ = server.accept()
        threading.Thread(target=serve, args=(client,), daemon=True).start()


server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
threading.Thread(target=accept, args=(server,), daemon=True).start()
sys.stdin.read()
os._exit(0)
