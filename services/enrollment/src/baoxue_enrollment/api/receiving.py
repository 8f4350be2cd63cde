"""The body of a request as a whole file, no larger than is taken at once."""

from fastapi import Request

from baoxue_enrollment.imports.unreadable import FileTooLargeError

LIMIT = 80 << 20  # bytes: a county's pupil register of 71 columns as CSV


async def received(request: Request) -> bytes:
    """FileTooLargeError, as soon as it is known: a larger file is not read to its end."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > LIMIT:
        raise FileTooLargeError(size=int(declared) >> 20, limit=LIMIT >> 20)
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > LIMIT:
            raise FileTooLargeError(size=len(content) >> 20, limit=LIMIT >> 20)
    return bytes(content)
