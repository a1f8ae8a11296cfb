"""Somebody who calls us over the laboratory's carrier: one SIPp call with a patience of its own."""

from __future__ import annotations

import subprocess
from itertools import count
from pathlib import Path

from asterisk.lab.scenario import SDP, play

FIRST_PORT = 6100
_ports = count(FIRST_PORT)

ROUTE = """Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch}
From: <sip:{caller}@[local_ip]:[local_port]>;tag=[pid]C[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>{tag}
Call-ID: [call_id]
CSeq: {cseq}
Max-Forwards: 70
Contact: <sip:{caller}@[local_ip]:[local_port]>"""


def call(
    home: Path, address: str, caller: str, called: str, *, patience: float, voice: Path | None = None, host: int = 2
) -> subprocess.Popen[bytes]:
    """``address``: where Asterisk listens (``127.0.S.1``). Hangs up after ``patience`` seconds, answered or not.

    ``voice``: a .pcap of what the caller says once somebody has answered. ``host``: the last number of the caller's
    address; 2 is the carrier's.
    """
    file = home / "lab" / f"caller-{patience:g}-{caller}.xml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_scenario(caller, int(patience * 1000), voice))
    ours = f"{address.rpartition('.')[0]}.{host}"
    command = ["sipp", "-sf", str(file), "-s", called, "-i", ours, "-mi", ours, "-p", str(next(_ports)), "-m", "1"]
    command += ["-mp", "45000", "-nostdin", "-timeout", "120", f"{address}:5060"]
    return subprocess.Popen(
        command, cwd=file.parent, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _scenario(caller: str, patience: int, voice: Path | None) -> str:
    def send(method: str, cseq: str, *, tag: str = "", branch: str = "[branch]", sdp: bool = False) -> str:
        route = ROUTE.format(caller=caller, cseq=cseq, tag=tag, branch=branch)
        to = "sip:[service]@[remote_ip]:[remote_port]"
        text = f"{method} {to} SIP/2.0\n{route}\n" + (SDP if sdp else "Content-Length: 0\n")
        retrans = "" if method == "ACK" else ' retrans="500"'
        return f"<send{retrans}><![CDATA[\n{text}\n]]></send>\n"

    gives_up = f'timeout="{patience}" ontimeout="cancel"'  # SIPp looks at the first of the answers it waits for
    refusals = "".join(
        f'<recv response="{code}" optional="true" next="refused" {gives_up}/>\n'
        for code in (403, 404, 480, 486, 487, 500, 502, 503, 603)
    )
    ok = "SIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\nContent-Length: 0\n"
    return (
        '<?xml version="1.0"?>\n<scenario name="caller">\n'
        + send("INVITE", "1 INVITE", sdp=True)
        + "".join(f'<recv response="{code}" optional="true" {gives_up}/>\n' for code in (100, 180, 183))
        + refusals
        + f'<recv response="200" {gives_up}/>\n'
        + send("ACK", "1 ACK", tag="[peer_tag_param]")
        + (play(voice) if voice else "")
        + f'<recv request="BYE" timeout="{patience}" ontimeout="leave"/>\n'
        + f'<send next="end"><![CDATA[\n{ok}\n]]></send>\n'
        + '<label id="leave"/>\n'
        + send("BYE", "2 BYE", tag="[peer_tag_param]")
        + '<recv response="200" next="end"/>\n<label id="cancel"/>\n'
        + send("CANCEL", "1 CANCEL", branch="[branch-19]")
        + '<recv response="200"/>\n<recv response="487"/>\n<label id="refused"/>\n'
        + send("ACK", "1 ACK", tag="[peer_tag_param]", branch="[branch-22]")
        + '<label id="end"/>\n<pause milliseconds="100"/>\n</scenario>\n'
    )
