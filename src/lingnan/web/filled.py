"""Forms as browsers sent them: a flow's own fields apart from those of the page, files apart from texts."""

from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from lingnan.base import BadInput
from lingnan.insight import Filled, Upload

FIELD: Final = "form."
"""What stands before the name of a flow's field, so that it cannot be taken for one of the page's own."""
FILES_BYTES: Final = 56 << 20
"""A request with files; what an attachment may weigh, and how many a case may have, casework says."""


async def sent(request: Request) -> FormData:
    """The form of this request; read once, whoever asks first."""
    return await request.form()


Sent = Annotated[FormData, Depends(sent)]


def text(form: FormData, name: str) -> str:
    """A text field; empty when it was not sent, its line ends as the hub keeps them."""
    value = form.get(name, "")
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""


def texts(form: FormData, name: str) -> tuple[str, ...]:
    """Every value of a field that may be sent several times."""
    return tuple(value for value in form.getlist(name) if isinstance(value, str))


def file(form: FormData, name: str) -> Upload | None:
    """A file; None when none was chosen."""
    value = form.get(name)
    return Upload(value.filename, value.file, value.content_type or "") if isinstance(value, UploadFile) and value.filename else None


def filled(form: FormData) -> Filled:
    """A flow's form with the reason and the version of the case that the page was made from."""
    names = [name for name in dict.fromkeys(form) if name.startswith(FIELD)]
    files = {name.removeprefix(FIELD): each for name in names if (each := file(form, name)) is not None}
    written = {name.removeprefix(FIELD): text(form, name) for name in names if isinstance(form.get(name), str)}
    return Filled(written, files, text(form, "note"), _version(text(form, "version")))


def _version(number: str) -> int | None:
    if not number:
        return None
    if not number.isdecimal() or len(number) > 9:
        raise BadInput("表单中的版本号无法识别。请重新打开页面。", "The form's version cannot be read. Open the page again.")
    return int(number)
