"""What is said to a relay, step by step; how it ended is named by the step."""

import base64
import re
import smtplib
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress

from mayfly.kit.line import Broken, Line
from mayfly.relays.models import RecipientAnswer, Relay, RelayFailure, Stage, Verdict

_WORDS = 200  # of a server's that are kept
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")
_CHUNK = 64 * 1024
_END = b"\r\n.\r\n"
_DOTS = re.compile(rb"(?m)^\.")  # RFC 5321 section 4.5.2
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")  # a bare one may be the end of the mail to some servers
_SYNTAX = 501
_QUIT_SECONDS = 1.0


class Ended(Exception):
    """The dialogue has ended before its purpose was reached."""

    def __init__(self, trouble: RelayFailure) -> None:
        """Keep where and why."""
        super().__init__(trouble.stage.value)
        self.trouble = trouble


class Dialogue:
    """One SMTP session on a line. After `begin`, `tls` and `mechanism` say what was agreed."""

    def __init__(self, line: Line, name: str, seconds: float) -> None:
        """`name` is what we say we are called; each reply has so many seconds."""
        self._line = line
        self._seconds = seconds
        self._smtp = smtplib.SMTP(local_hostname=name)
        self._secrets: tuple[str, ...] = ()
        self._last_reply = ""
        self.tls = ""
        self.mechanism = ""

    def begin(self, relay: Relay, context: ssl.SSLContext) -> None:
        """Greet, encrypt and authenticate; Ended says at which step it did not go on.

        What is secret is said over TLS to the host that the certificate names, or not at all.
        Without a username, a relay that offers no STARTTLS is spoken to in clear text.
        """
        if relay.secure:
            self._encrypt(relay.host, context)
        self._smtp.sock = self._line  # type: ignore[assignment]
        self._expect(Stage.GREETING, self._smtp.getreply, 220)
        self._greet()
        if not relay.secure and (relay.username or self._smtp.has_extn("starttls")):
            if not self._smtp.has_extn("starttls"):
                words = "the server offers no STARTTLS: the password is not sent in clear text"
                raise Ended(RelayFailure(Stage.TLS, words))
            self._expect(Stage.TLS, lambda: self._smtp.docmd("STARTTLS"), 220)
            self._encrypt(relay.host, context)
            self._greet()  # what was offered before counts no more, RFC 3207 section 4.2
        if relay.username:
            self._authenticate(relay)

    def hand_over(
        self, sender: str, recipients: Sequence[str], raw: bytes
    ) -> Sequence[RecipientAnswer]:
        """One transaction. Ended if the relay has taken the message for nobody."""
        size = f" SIZE={len(raw)}" if self._smtp.has_extn("size") else ""
        body = " BODY=8BITMIME" if self._smtp.has_extn("8bitmime") and not raw.isascii() else ""
        mail = f"FROM:<{sender}>{size}{body}"
        self._expect(Stage.SENDER, lambda: self._smtp.docmd("MAIL", mail), 250)
        answers = [self._recipient(each) for each in recipients]
        if any(each is None for each in answers):
            end = self._data(raw)
            return [
                each or _answer(name, end) for each, name in zip(answers, recipients, strict=True)
            ]
        return [each for each in answers if each is not None]

    def close(self) -> None:
        """Say good-bye; what the server says to that changes nothing."""
        with suppress(Ended):
            self._expect(Stage.DATA, lambda: self._smtp.docmd("QUIT"), 221, seconds=_QUIT_SECONDS)
        self._line.close()

    def _greet(self) -> None:
        self._expect(Stage.GREETING, self._smtp.ehlo, 250)

    def _encrypt(self, host: str, context: ssl.SSLContext) -> None:
        self._line.begin_step(self._seconds)
        try:
            self.tls = self._line.encrypt(context, host)
        except ssl.SSLCertVerificationError as error:
            words = _printable(error.verify_message or "the certificate is not good")
            raise Ended(RelayFailure(Stage.CERTIFICATE, words)) from error
        except Broken as broken:
            raise Ended(RelayFailure(Stage.TLS, str(broken))) from broken

    def _authenticate(self, relay: Relay) -> None:
        offered = self._smtp.esmtp_features.get("auth", "").upper().split()
        name, password = relay.username.encode(), (relay.password or "").encode()
        whole = _base64(b"\0" + name + b"\0" + password)
        self._secrets = (whole, _base64(password), relay.password or "")
        if "PLAIN" in offered:  # RFC 4616
            self._expect(Stage.AUTH, lambda: self._smtp.docmd("AUTH", f"PLAIN {whole}"), 235)
            self.mechanism = "PLAIN"
        elif "LOGIN" in offered:  # never standardised, and all that some servers have
            self._expect(Stage.AUTH, lambda: self._smtp.docmd("AUTH", "LOGIN"), 334)
            self._expect(Stage.AUTH, lambda: self._smtp.docmd(_base64(name)), 334)
            self._expect(Stage.AUTH, lambda: self._smtp.docmd(_base64(password)), 235)
            self.mechanism = "LOGIN"
        else:
            words = f"the server offers neither PLAIN nor LOGIN, but {' '.join(offered) or 'none'}"
            raise Ended(RelayFailure(Stage.AUTH, _printable(words)))

    def _recipient(self, recipient: str) -> RecipientAnswer | None:
        """What is wrong with this one, None if the server will take mail for it."""
        rcpt = f"TO:<{recipient}>"
        try:
            self._expect(Stage.RECIPIENT, lambda: self._smtp.docmd("RCPT", rcpt), 250, 251)
        except Ended as ended:
            return refused(recipient, ended.trouble)
        return None

    def _data(self, raw: bytes) -> tuple[Verdict, RelayFailure]:
        """What became of the message for all whom the server takes mail for."""
        content = _DOTS.sub(b"..", _LINE_ENDS.sub(b"\r\n", raw)).removesuffix(b"\r\n")
        try:
            self._expect(Stage.DATA, lambda: self._smtp.docmd("DATA"), 354)
            for start in range(0, len(content), _CHUNK):
                self._send(content[start : start + _CHUNK])
        except Ended as ended:  # without its end, no server has the mail
            return _verdict(ended.trouble), ended.trouble
        try:
            self._send(_END)
            self._expect(Stage.DATA, self._smtp.getreply, *range(200, 300))
        except Ended as ended:
            answered = ended.trouble.code >= 400
            return _verdict(ended.trouble) if answered else Verdict.UNCERTAIN, ended.trouble
        return Verdict.ACCEPTED, RelayFailure(Stage.DATA, self._last_reply, 250)

    def _send(self, content: bytes) -> None:
        self._line.begin_step(self._seconds)
        try:
            self._line.sendall(content)
        except Broken as broken:
            raise Ended(RelayFailure(Stage.DATA, str(broken))) from broken

    def _expect(
        self,
        stage: Stage,
        ask: Callable[[], tuple[int, bytes]],
        *codes: int,
        seconds: float | None = None,
    ) -> None:
        """Ask, and go on with one of these codes only."""
        self._line.begin_step(seconds or self._seconds)
        try:
            code, reply = ask()
        except Broken as broken:
            raise Ended(RelayFailure(stage, str(broken))) from broken
        except smtplib.SMTPException as error:
            raise Ended(RelayFailure(stage, "the server closed the connection")) from error
        except ValueError as error:  # beyond ASCII, or of two lines
            raise Ended(RelayFailure(stage, "this cannot be said in SMTP", _SYNTAX)) from error
        self._last_reply = self._without_secrets(reply)
        if not 200 <= code <= 599:
            raise Ended(RelayFailure(stage, "what answers is no SMTP server"))
        if code not in codes:
            raise Ended(RelayFailure(stage, self._last_reply, code))

    def _without_secrets(self, reply: bytes) -> str:
        """What the server said, if it does not repeat a secret."""
        text = reply.decode("utf-8", "replace")
        if any(secret in text for secret in self._secrets if secret):
            return "(not shown: the server repeats what is secret)"
        return _printable(text)


def refused(recipient: str, trouble: RelayFailure) -> RecipientAnswer:
    """The answer for a recipient of a message that was not taken."""
    return _answer(recipient, (_verdict(trouble), trouble))


def _verdict(trouble: RelayFailure) -> Verdict:
    return Verdict.PERMANENT if trouble.is_permanent else Verdict.TEMPORARY


def _answer(recipient: str, end: tuple[Verdict, RelayFailure]) -> RecipientAnswer:
    verdict, trouble = end
    return RecipientAnswer(recipient, verdict, trouble.stage, trouble.code, trouble.words)


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub(" ", text).strip()[:_WORDS]


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")
