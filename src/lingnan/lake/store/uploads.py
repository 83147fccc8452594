"""Uploads in parts that a killed writer never ended: found and given up, by the S3 interface's own calls."""

import hashlib
import hmac
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from defusedxml.ElementTree import fromstring

from lingnan.base import Incomplete
from lingnan.lake.store.place import BucketPlace

_SPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"
_EMPTY = hashlib.sha256(b"").hexdigest()
_GONE = 404


def abort_uploads(place: BucketPlace, prefix: str, older: timedelta) -> int:
    """Give up every upload under a prefix that was begun at least so long ago; gives how many."""
    # The store dates uploads by its own clock, which is the machine's and not the hub's.
    before = datetime.fromtimestamp(time.time(), UTC) - older
    stale = [(key, upload) for key, upload, begun in _uploads(place, prefix) if begun <= before]
    for key, upload in stale:
        _call(place, "DELETE", key, {"uploadId": upload})
    return len(stale)


def _uploads(place: BucketPlace, prefix: str) -> Iterator[tuple[str, str, datetime]]:
    """Key, number and beginning of every upload under a prefix."""
    marks: dict[str, str] = {}
    while True:
        page = fromstring(_call(place, "GET", "", {"uploads": "", "prefix": prefix, **marks}).decode())
        space = _SPACE if page.tag.startswith("{") else ""
        for each in page.iter(f"{space}Upload"):
            key, upload = each.findtext(f"{space}Key", ""), each.findtext(f"{space}UploadId", "")
            # Some stores ignore the prefix of this call.
            if key.startswith(prefix):
                yield key, upload, datetime.fromisoformat(each.findtext(f"{space}Initiated", ""))
        if page.findtext(f"{space}IsTruncated", "false") != "true":
            return
        marks = {
            "key-marker": page.findtext(f"{space}NextKeyMarker", ""), "upload-id-marker": page.findtext(f"{space}NextUploadIdMarker", ""),
        }


def _call(place: BucketPlace, method: str, key: str, asked: Mapping[str, str]) -> bytes:
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in sorted(asked.items()))
    url = f"{place.base}/{quote(key, safe='/')}?{query}"
    path = url.removeprefix(place.base.partition("://")[0] + "://").partition("?")[0].partition("/")[2]
    host = (place.web.place if place.path_style else f"{place.bucket}.{place.web.place}").removesuffix(":443" if place.encrypted else ":80")
    headers = signed(place, method, host, f"/{path}", query, time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()))
    answer = place.client().call(method, url, headers=headers)
    if answer.status // 100 == 2 or (method == "DELETE" and answer.status == _GONE):
        return answer.body
    raise Incomplete(
        f"对象存储未能列出或放弃未完成的上传（HTTP {answer.status}）。请确认密钥有此权限后重试。",
        f"The object store did not list or give up unfinished uploads (HTTP {answer.status}). Make sure the key may, then try again.",
        code="StoreFailed", status=answer.status,
    )


def signed(place: BucketPlace, method: str, host: str, path: str, query: str, at: str, region_service: str = "s3") -> dict[str, str]:
    """The headers of a call without a body, signed by AWS Signature Version 4."""
    told = {"host": host, "x-amz-content-sha256": _EMPTY, "x-amz-date": at}
    listed = ";".join(told)
    request = "\n".join((method, path, query, *(f"{name}:{value}" for name, value in told.items()), "", listed, _EMPTY))
    scope = f"{at[:8]}/{place.region}/{region_service}/aws4_request"
    text = "\n".join(("AWS4-HMAC-SHA256", at, scope, hashlib.sha256(request.encode()).hexdigest()))
    key = f"AWS4{place.secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    credential = f"AWS4-HMAC-SHA256 Credential={place.key_id}/{scope}, SignedHeaders={listed}, Signature={signature}"
    return {"x-amz-content-sha256": _EMPTY, "x-amz-date": at, "Authorization": credential}
