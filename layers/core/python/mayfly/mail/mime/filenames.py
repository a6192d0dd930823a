"""File names for parts: what the sender said, made safe, or a stable name of our own."""

import re

# Controls and bidirectional overrides: they make "exe.pdf" look like another name.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff]"
)
_SEPARATORS = re.compile(r"[/\\]+")
_ENDING = re.compile(r"\.[^. ]{1,15}\Z")
_ENDINGS = {
    "application/gzip": "gz",
    "application/json": "json",
    "application/msword": "doc",
    "application/pdf": "pdf",
    "application/pgp-encrypted": "asc",
    "application/pgp-keys": "asc",
    "application/pgp-signature": "asc",
    "application/pkcs7-mime": "p7m",
    "application/pkcs7-signature": "p7s",
    "application/rtf": "rtf",
    "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/x-gzip": "gz",
    "application/x-pkcs7-mime": "p7m",
    "application/x-pkcs7-signature": "p7s",
    "application/xml": "xml",
    "application/zip": "zip",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "image/bmp": "bmp",
    "image/gif": "gif",
    "image/heic": "heic",
    "image/jpeg": "jpg",
    "image/jpg": "jpg",
    "image/png": "png",
    "image/svg+xml": "svg",
    "image/tiff": "tiff",
    "image/webp": "webp",
    "message/delivery-status": "txt",
    "message/disposition-notification": "txt",
    "text/calendar": "ics",
    "text/css": "css",
    "text/csv": "csv",
    "text/html": "html",
    "text/markdown": "md",
    "text/plain": "txt",
    "text/rfc822-headers": "txt",
    "text/rtf": "rtf",
    "text/vcard": "vcf",
    "text/x-amp-html": "html",
    "text/x-vcard": "vcf",
    "text/xml": "xml",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
}


def safe_filename(name: str, max_chars: int) -> str:
    """The name without controls, direction marks and path separators; its ending survives a cut.

    Empty if nothing is left to show. "../../etc/passwd" becomes "etc_passwd".
    """
    name = _INVISIBLE.sub("", name)
    name = _SEPARATORS.sub("_", " ".join(name.split()))
    name = name.lstrip("._ ").rstrip(". ")
    if len(name) <= max_chars:
        return name
    ending = _ENDING.search(name)
    kept = ending[0] if ending and len(ending[0]) < max_chars else ""
    return name[: max_chars - len(kept)].rstrip(". ") + kept


def unnamed_filename(part_id: str, content_type: str) -> str:
    """A name for a part that has none: always the same one for the same part."""
    if content_type in ("message/rfc822", "message/global"):
        return "message.eml"
    other = "txt" if content_type.startswith("text/") else "bin"
    return f"part-{part_id}.{_ENDINGS.get(content_type, other)}"
