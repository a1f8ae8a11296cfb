"""SIPp scenarios, written from a table: a carrier and a room of agents' telephones.

The digits after +1555 say how a callee behaves, so every behaviour has 10,000 numbers of its own:

===========  ====================================================================================
200          answers after 0.2 s, without sound (for load)
201 203 210  a person who answers after 1, 3, 10 s
202          a person on a line that loses some of the sound, who answers after 1 s
300          an answering machine
101 102      answers and presses 1 or 2
408          rings until cancelled
183          early media, no ringing, no answer
777          the three tones of "not in service" in early media, then 404
900          answers and hangs up after 3 s
302          redirected to a number that answers
000          no response at all
else         4xx 5xx 6xx: refused with that SIP code (404 503 without ringing first)
===========  ====================================================================================

Telephones by the user part: 10xx answers at once, 11xx after 1 s, 12xx answers at once and hangs up after
2 s, 1901 only rings, 1902 is busy, 1903 is like 12xx.
"""

from __future__ import annotations

from pathlib import Path

REFUSALS = {
    "401": "Unauthorized",
    "403": "Forbidden",
    "404": "Not Found",
    "410": "Gone",
    "480": "Temporarily Unavailable",
    "484": "Address Incomplete",
    "486": "Busy Here",
    "487": "Request Terminated",
    "488": "Not Acceptable Here",
    "500": "Server Internal Error",
    "502": "Bad Gateway",
    "503": "Service Unavailable",
    "504": "Server Time-out",
    "600": "Busy Everywhere",
    "603": "Decline",
    "604": "Does Not Exist Anywhere",
    "607": "Unwanted",
    "608": "Rejected",
}
AT_ONCE = {"401", "403", "404", "410", "484", "500", "502", "503", "504", "604"}

ROUTE = """[last_Via:]
{frm}
{to}
[last_Call-ID:]
{cseq}"""
CONTACT = "Contact: <sip:callee@[local_ip]:[local_port]>"
SDP = """Content-Type: application/sdp
Content-Length: [len]

v=0
o=callee 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:20
a=sendrecv
"""


def message(*lines: str, sdp: bool = False, attributes: str = "") -> str:
    body = SDP if sdp else "Content-Length: 0\n"
    text = "\n".join(lines) + "\n" + body
    return f"<send{attributes}><![CDATA[\n{text}\n]]></send>\n"


def response(status: str, *headers: str, sdp: bool = False, final: bool = False, invite: bool = False) -> str:
    """A response to the last request; ``invite``: to the INVITE although another request came since."""
    tagged = "[last_To:];tag=[pid]T[call_number]"
    cseq = "CSeq: [$cseq] INVITE" if invite else "[last_CSeq:]"
    route = ROUTE.format(frm="[last_From:]", to=tagged, cseq=cseq)
    return message(f"SIP/2.0 {status}", route, CONTACT, *headers, sdp=sdp, attributes=' retrans="500"' if final else "")


def in_dialog_ok() -> str:
    """200 to a BYE, whose To has its tag already."""
    return message("SIP/2.0 200 OK", ROUTE.format(frm="[last_From:]", to="[last_To:]", cseq="[last_CSeq:]"))


def label(name: str) -> str:
    return f'<label id="{name}"/>\n'


def go(name: str) -> str:
    return f'<nop next="{name}"/>\n'


def play(file: Path | str) -> str:
    return f'<nop><action><exec play_pcap_audio="{file}"/></action></nop>\n'


def wait_for_cancel(milliseconds: int, then: str) -> str:
    return f'<recv request="CANCEL" timeout="{milliseconds}" ontimeout="{then}" next="cancelled"/>\n'


def opening(behaviours: dict[str, str]) -> str:
    """Answer OPTIONS, or take an INVITE and jump to the behaviour whose pattern its user part has."""
    tests = "".join(
        f'<ereg regexp="^INVITE sip:{pattern}" search_in="msg" check_it="false" assign_to="is_{name}"/>\n'
        for name, pattern in behaviours.items()
    )
    jumps = "".join(f'<nop next="do_{name}" test="is_{name}"/>\n' for name in behaviours)
    return (
        '<recv request="OPTIONS" optional="true" next="options"/>\n'
        f'<recv request="INVITE" rrs="true"><action>\n{tests}'
        '<ereg regexp="sip:[0-9]+" search_in="msg" check_it="false" assign_to="dialled"/>\n'
        '<ereg regexp="[0-9]+" search_in="hdr" header="CSeq:" check_it="false" assign_to="cseq"/>\n'
        '<ereg regexp="&lt;.*" search_in="hdr" header="To:" check_it="false" assign_to="to"/>\n'
        '<ereg regexp="[^ ].*" search_in="hdr" header="From:" check_it="false" assign_to="from"/>\n'
        '<log message="INVITE [$dialled] From [$from]"/>\n'
        f"</action></recv>\n{jumps}"
    )


def talk(name: str, sound: Path | None, *, hangs_up_after: int = 0, first: str = "") -> str:
    """Answer; then make sound until the other side hangs up, or hang up ourselves."""
    out = response("200 OK", sdp=True, final=True) + '<recv request="ACK"/>\n' + first
    if hangs_up_after:
        out += play(sound) if sound else ""
        out += f'<recv request="BYE" timeout="{hangs_up_after}" ontimeout="{name}_bye" next="bye"/>\n'
        out += label(f"{name}_bye") + message(
            "BYE [next_url] SIP/2.0",
            "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]",
            "From: [$to];tag=[pid]T[call_number]",
            "To: [$from]",
            "[last_Call-ID:]",
            "CSeq: 1 BYE",
            "Max-Forwards: 70",
            attributes=' retrans="500"',
        )
        return out + '<recv response="200" next="end"/>\n'
    if sound is None:
        return out + '<recv request="BYE" timeout="300000" ontimeout="end" next="bye"/>\n'
    out += label(f"{name}_more") + play(sound)
    # An exchange that was killed never says BYE: nobody talks to it for more than five minutes.
    out += f'<recv request="BYE" timeout="2500" ontimeout="{name}_again" next="bye"/>\n' + label(f"{name}_again")
    out += '<nop><action><add assign_to="rounds" value="1"/>'
    out += '<test assign_to="tired" variable="rounds" compare="greater_than" value="120"/></action></nop>\n'
    return out + '<nop next="end" test="tired"/>\n' + go(f"{name}_more")


def closing() -> str:
    return (
        label("cancelled")
        + response("200 OK")
        + response("487 Request Terminated", final=True, invite=True)
        + '<recv request="ACK" next="end"/>\n'
        + label("bye")
        + in_dialog_ok()
        + go("end")
        + label("options")
        + response("200 OK")
        + label("end")
        + "<nop/>\n"
        + '<Reference variables="cseq,to,from,dialled"/>\n'
    )


def document(name: str, body: str) -> str:
    head = '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE scenario SYSTEM "sipp.dtd">\n'
    return f'{head}<scenario name="{name}">\n{body}</scenario>\n'


def carrier(sounds: Path, digits: Path, address: str) -> str:
    """``sounds`` holds human.pcap, chopped.pcap, machine.pcap and tones.pcap; ``digits`` the keys that SIPp brings."""
    human = sounds / "human.pcap"
    ringing = response("180 Ringing")
    out = ""
    for name, milliseconds in {"201": 1000, "203": 3000, "210": 10_000}.items():
        out += label(f"do_{name}") + ringing + wait_for_cancel(milliseconds, "human")
    out += label("human") + talk("human", human)
    out += label("do_202") + ringing + wait_for_cancel(1000, "chopped") + label("chopped")
    out += talk("chopped", sounds / "chopped.pcap")
    out += label("do_200") + ringing + wait_for_cancel(200, "quick") + label("quick") + talk("quick", None)
    out += label("do_300") + ringing + wait_for_cancel(2000, "machine") + label("machine")
    out += talk("machine", sounds / "machine.pcap")
    for name, key in {"101": "1", "102": "2"}.items():
        press = play(human) + '<pause milliseconds="4000"/>\n' + play(digits / f"dtmf_2833_{key}.pcap")
        out += label(f"do_{name}") + ringing + wait_for_cancel(1000, f"key{key}") + label(f"key{key}")
        out += talk(f"key{key}", human, first=press)
    out += label("do_408") + ringing + wait_for_cancel(120_000, "end")
    out += label("do_183") + response("183 Session Progress", sdp=True) + wait_for_cancel(120_000, "end")
    out += label("do_777") + response("183 Session Progress", sdp=True) + play(sounds / "tones.pcap")
    out += wait_for_cancel(1600, "refuse_404")
    out += label("do_900") + ringing + wait_for_cancel(1000, "leaves") + label("leaves")
    out += talk("leaves", human, hangs_up_after=3000)
    out += label("do_302")
    out += response("302 Moved Temporarily", f"Contact: <sip:15552009999@{address}>", final=True).replace(
        CONTACT + "\n", ""
    )
    out += '<recv request="ACK" next="end"/>\n'
    for code, words in REFUSALS.items():
        out += label(f"do_{code}")
        if code not in AT_ONCE:
            out += ringing + wait_for_cancel(500, f"refuse_{code}")
        out += label(f"refuse_{code}") + response(f"{code} {words}", final=True) + '<recv request="ACK" next="end"/>\n'
    names = ("200", "201", "202", "203", "210", "300", "101", "102", "408", "183", "777", "900", "302", *REFUSALS)
    patterns = {"000": ".?1555000", **{name: f".?1555{name}" for name in names}}
    start = opening(patterns).replace('<nop next="do_000"', '<nop next="silence"', 1)
    start = start.replace('test="is_000"/>\n', 'test="is_000"/>\n' + response("100 Trying"), 1)
    silence = label("silence") + '<pause milliseconds="20000"/>\n' + go("end")
    return document("carrier", start + go("do_201") + out + silence + closing())


def telephones(sounds: Path) -> str:
    voice = sounds / "agent.pcap"
    ringing = response("180 Ringing")
    out = label("do_pool") + ringing + talk("pool", voice)
    out += label("do_slow") + ringing + wait_for_cancel(1000, "slow") + label("slow") + talk("slow", voice)
    out += label("do_rings") + ringing + wait_for_cancel(120_000, "end")
    out += label("do_busy") + response("486 Busy Here", final=True) + '<recv request="ACK" next="end"/>\n'
    out += label("do_leaves") + ringing + talk("leaves", voice, hangs_up_after=2000)
    patterns = {"pool": "10", "slow": "11", "rings": "1901", "busy": "1902", "leaves": "(12|1903)"}
    return document("telephones", opening(patterns) + go("do_pool") + out + closing())
