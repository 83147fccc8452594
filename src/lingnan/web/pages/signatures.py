"""Checking an electronic signature, open to anyone: by the code on the paper, or by the file and its receipt."""

from typing import Annotated, Any

from fastapi import Query, Response

from lingnan.base import BadInput, LingnanError, Refused
from lingnan.web.filled import Sent, file, text
from lingnan.web.pages.security import mendable
from lingnan.web.rendering import render
from lingnan.web.routes import Routes
from lingnan.web.visitor import Visit, Visitor, address

router = Routes(prefix="/verify")
FILE_BYTES = 32 << 20
"""The largest file that is checked here; the terminal checks larger ones."""
TOO_MANY = 429


@router.get("")
def verify(visit: Visitor, code: Annotated[str, Query(max_length=40)] = "") -> Response:
    """What the signature of a code is; without one, the two forms."""
    if not code.strip():
        return _page(visit)
    try:
        answer = visit.pages.security.public.look_up(code, address(visit.request), visit.subject)
    except Refused as error:
        if error.code != "TooManyTries":
            raise
        shown = _page(visit, TOO_MANY, code=code, error=error)
        shown.headers["Retry-After"] = str(60 * int(error.facts.get("minutes", 1)))
        return shown
    except LingnanError as error:
        return _page(visit, 422, code=code, error=mendable(error))
    return _page(visit, code=code, answer=answer)


@router.post("", max_body_size=FILE_BYTES + (1 << 20))
def check_file(visit: Visitor, form: Sent) -> Response:
    """Whether the receipt is the valid signature of the file; neither is kept."""
    given, written = file(form, "file"), file(form, "receipt_file")
    try:
        receipt = written.content.read(1 << 20).decode(errors="replace") if written else text(form, "receipt")
        if given is None or not receipt.strip():
            raise BadInput("请选择文件，并选择或粘贴其签名回执。", "Choose the file, and choose or paste its receipt.")
        content = given.content.read(FILE_BYTES + 1)
        if len(content) > FILE_BYTES:
            raise BadInput(
                f"文件超过 {FILE_BYTES >> 20} MB，请在终端核验。",
                f"The file is larger than {FILE_BYTES >> 20} MB; check it in the terminal.",
            )
        answer = visit.pages.security.public.check_file(content, receipt.strip(), visit.subject)
    except LingnanError as error:
        return _page(visit, 422, file_error=mendable(error))
    return _page(visit, answer=answer)


def _page(visit: Visit, status: int = 200, **facts: Any) -> Response:
    return render(visit, "verify.html", status=status, **{"code": "", "answer": None, "error": None, "file_error": None, **facts})
