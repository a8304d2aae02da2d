"""Name servers on loopback: one that answers, and one that never does."""

import socket
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

LOOPBACK = "127.0.0.1"


@contextmanager
def name_server(answers: Mapping[str, set[str]], *, ttl: int = 5) -> Generator[str]:
    """Answers with the addresses of these names, as they are at that moment; yields where it is, as
    in 127.0.0.1:5300. Other names do not exist."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind((LOOPBACK, 0))
        one.settimeout(0.1)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    asked, whom = one.recvfrom(512)
                except TimeoutError:
                    continue
                one.sendto(_answer(asked, answers, ttl), whom)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"{LOOPBACK}:{one.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


@contextmanager
def silent_server() -> Generator[str]:
    """Takes questions, and never answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind((LOOPBACK, 0))
        yield f"{LOOPBACK}:{one.getsockname()[1]}"


def _answer(asked: bytes, answers: Mapping[str, set[str]], ttl: int) -> bytes:
    answer = dns.message.make_response(dns.message.from_wire(asked))
    answer.flags |= dns.flags.AA
    name = answer.question[0].name
    addresses = answers.get(name.to_text(omit_final_dot=True))
    if addresses:
        answer.answer.append(dns.rrset.from_text(name, ttl, "IN", "A", *sorted(addresses)))
    else:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer.to_wire()
