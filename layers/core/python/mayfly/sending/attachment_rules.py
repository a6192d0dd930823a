"""What can be attached: names and kinds of files that are sent."""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

from mayfly import limits
from mayfly.errors import BodyTooLarge, InvalidInput
from mayfly.mail.mime.filenames import safe_filename
from mayfly.sending.field_rules import check_text, decoded

_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")

_ENDINGS = """
ade adp app asp bas bat cer chm cmd com cpl crt csh der exe fxp gadget hlp hta inf ins isp its js
jse jar ksh lib lnk mad maf mag mam maq mar mas mat mau mav maw mda mdb mde mdt mdw mdz msc msh msh1
msh2 mshxml msh1xml msh2xml msi msp mst ops pcd pif plg prf prg ps1 ps1xml ps2 ps2xml psc1 psc2 reg
scf scr sct shb shs sys tmp url vb vbe vbs vps vsmacros vss vst vsw vxd ws wsc wsf wsh xnk
"""
_ALSO_REFUSED = """
apk appx appxbundle cab diagcab diagcfg diagpkg dll dmg ex ex_ img iso jnlp mjs msix msixbundle nsh
vhd xll
application appref-ms aspx asx bgi cnt grp hpj htc mcf msu osd pl printerexport psd1 psm1 psdm1 pst
py pyc pyo pyw pyz pyzw theme vbp vhdx webpnp website xbap
docm dotm xlsm xltm xlam xlsb xla pptm potm ppam ppsm sldm ppa
htm html shtml xht xhtml mht mhtml svg svgz xsl xslt swf
bash command deb elf fish ipa pkg rpm run sh so workflow zsh vmdk wim one onepkg rdp library-ms
search-ms settingcontent-ms slk iqy
"""
REFUSED_FILES = frozenset((_ENDINGS + _ALSO_REFUSED).split())
"""Endings that SES refuses, and others of their kind: mail with them would be accepted here and
never arrive, or run where it does.

By line of the second list: what Gmail blocks, what Outlook blocks, Office files with macros, what
runs in a browser, programs and disks of other systems.
https://docs.aws.amazon.com/ses/latest/dg/mime-types.html
https://support.google.com/mail/answer/6590
https://support.microsoft.com/office/434752e1-02d3-4e90-9124-8b81e49a8519
"""
REFUSED_TYPES = frozenset(
    {
        *("application/x-msdownload", "application/x-msdos-program", "application/x-executable"),
        *("application/hta", "application/x-ms-shortcut", "application/java-archive"),
        *("application/x-iso9660-image", "application/x-apple-diskimage", "application/x-sh"),
        *("application/vnd.android.package-archive", "application/x-msi", "application/x-dosexec"),
        *("application/vnd.microsoft.portable-executable", "application/x-java-jnlp-file"),
        *("text/html", "application/xhtml+xml", "image/svg+xml", "text/javascript"),
        *("application/javascript", "application/ecmascript", "text/vbscript", "text/ecmascript"),
        *("application/x-javascript", "application/x-shockwave-flash", "application/xslt+xml"),
        *("text/x-python", "text/x-shellscript", "application/x-bat"),
    }
)
_MACROS = ".macroenabled.12"
"""How the types of Office files with macros end (as `application/vnd.ms-word.document` does)."""
_MADE_HERE = ("multipart/", "message/")  # the latter is never in base64, RFC 2046 section 5.2
# Of a path; after a colon, Windows has a stream of the file, and NUL ends a name in C. No file is
# called with the others everywhere, and some readers end a name there, or at a blank.
_PIECES = re.compile(r"[:/\\\0;?#*|<>\"]|[\s,&]+(?=\.)")
_TURNED = re.compile("[\u202a-\u202e\u2066-\u2069]")


def check_file(filename: str, content_type: str) -> None:
    """InvalidInput if no file of this name and kind is sent."""
    check_text("filename", filename, limits.SENT_FILENAME_CHARS)
    if filename != filename.strip() or not safe_filename(filename, limits.SENT_FILENAME_CHARS):
        raise InvalidInput("filename must be a name, without blanks around it")
    if _TURNED.search(filename):
        raise InvalidInput("filename cannot have marks that turn the direction of writing")
    if not _TYPE.fullmatch(content_type) or content_type.startswith(_MADE_HERE):
        raise InvalidInput(f"contentType is no media type that is attached: {content_type[:80]!r}")
    is_refused = content_type in REFUSED_TYPES or content_type.endswith(_MACROS)
    if is_refused or not REFUSED_FILES.isdisjoint(_endings(filename)):
        raise InvalidInput(
            f"attachments of this kind are not sent: filename {filename[:80]!r},"
            f" contentType {content_type!r}"
        )


def check_room(file_bytes: int, most_bytes: int) -> None:
    """BodyTooLarge if all attachments of a mail together have more than they may."""
    if file_bytes > most_bytes:
        raise BodyTooLarge(f"all attachments together may have {most_bytes} bytes")


def _endings(filename: str) -> Iterator[str]:
    """Every ending that some system on the way may see in the name."""
    for stage in (filename, *decoded(filename)):
        for name in {stage, unquote(stage)}:
            for piece in _PIECES.split(_visible(name)):
                _, dot, ending = _trimmed(piece).rpartition(".")
                # A name that is nothing else is one to those who look behind the last dot only.
                if dot or piece == _visible(name):
                    yield ending


def _visible(name: str) -> str:
    """In narrow lower-case letters, without what cannot be seen."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(each for each in plain if unicodedata.category(each) not in ("Cf", "Mn"))


def _trimmed(name: str) -> str:
    """Without what follows the last letter or digit: systems drop dots and blanks there."""
    end = len(name)
    while end and not name[end - 1].isalnum():
        end -= 1
    return name[:end]
