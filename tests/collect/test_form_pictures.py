"""Pictures lose what the camera wrote beside them and stay the pictures they were."""

import io

import pytest

from lingnan.base import BadInput
from lingnan.casework.attachment_rules import AttachmentRules
from lingnan.casework.contents import Recogniser
from lingnan.collect.forms.pictures import without_metadata
from tests.collect.pictures import PLACE, jpeg, png


@pytest.mark.parametrize("order", ["II", "MM"])
def test_a_jpeg_keeps_its_way_up_and_nothing_else(order: str) -> None:
    taken = jpeg(order=order, way=6)
    kept = without_metadata(taken)
    assert PLACE in taken
    assert PLACE not in kept
    assert b"APPENDED" not in kept
    assert b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00" in kept
    assert kept.endswith(b"\x00\x11\xff\xd9")
    assert without_metadata(kept) == kept
    assert recognised(kept) == "jpeg"


def test_a_jpeg_the_right_way_up_needs_no_exif() -> None:
    assert b"Exif" not in without_metadata(jpeg(way=1))


def test_a_png_loses_its_texts() -> None:
    kept = without_metadata(png(told=True))
    assert kept == png()
    assert recognised(kept) == "png"


@pytest.mark.parametrize("cut", [3, 12, 40, 120])
def test_what_is_cut_off_is_refused(cut: int) -> None:
    for whole in (jpeg(), png(told=True)):
        with pytest.raises(BadInput):
            without_metadata(whole[: max(cut, 9)])


def test_another_type_comes_back_for_the_check_of_types() -> None:
    assert without_metadata(b"GIF89a...") == b"GIF89a..."


def recognised(picture: bytes) -> str:
    rules = AttachmentRules.read()
    return Recogniser(rules.limits[0]).recognise(io.BytesIO(picture), len(picture))
