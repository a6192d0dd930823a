"""An address as a QR code (ISO/IEC 18004), for a phone's camera."""

import io

from mayfly.mail.address import Address

QR_TYPE = "image/svg+xml"


def qr_code(address: Address) -> bytes:
    """An SVG picture; whoever scans it is offered to write to the address (RFC 6068)."""
    import segno  # only who asks for one pays for it

    picture = io.BytesIO()
    segno.make(f"mailto:{address}", error="m", micro=False).save(
        picture, kind="svg", xmldecl=False, omitsize=True, light="#fff", border=4
    )
    return picture.getvalue()
