"""Text of unknown encoding is decided by rules, and refused where they do not decide."""

from __future__ import annotations

import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.edge import textfile
from jxc.edge.textfile import open_text
from jxc.errors import TableError

ENGLISH = "date,type,item,qty\n2026-01-02,receipt,{},10\n"
SIMPLIFIED = [
    "绿茶",
    "龙井茶叶",
    "不锈钢水杯",
    "蓝牙耳机",
    "花生油",
    "酱油",
    "打印机",
    "充电器",
    "轴承",
    "牛肉干",
    "总仓",
]
TRADITIONAL = ["綠茶", "烏龍茶", "不鏽鋼水杯", "藍牙耳機", "醬油", "印表機", "充電器", "軸承", "銅管", "牛肉乾", "總倉"]


def read(data, **options):
    options = {"limit_bytes": 1 << 30} | options
    file = open_text(data, **options)
    with file.open() as stream:
        return file, stream.read()


def attempt(data):
    """The encoding and the text, or the code of the error and no text."""
    try:
        file, text = read(data)
    except TableError as error:
        return (error.code, None) if error.hint else ("no hint", None)
    return file.encoding, text


def refused(data, **options):
    with pytest.raises(TableError) as caught:
        read(data, **options)
    assert caught.value.hint
    assert caught.value.field == "file"
    return caught.value.code


@given(st.binary(max_size=60))
def test_any_bytes_are_text_or_refused(data):
    found, text = attempt(data)
    assert found != "no hint"
    assert text is None or "\0" not in text


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("gbk", "gb18030"), ("gb18030", "gb18030")],
)
def test_simplified_chinese(encoding, found):
    text = "日期,类型,商品,数量\n2026-01-02,采购入库,绿茶,10\n"
    file, back = read(text.encode(encoding))
    assert (file.encoding, back) == (found, text)
    assert file.judged == (found == "gb18030")


@pytest.mark.parametrize("encoding", ["big5", "cp950"])
def test_traditional_chinese(encoding):
    text = "日期,類型,商品,數量\n2026-01-02,進貨,烏龍茶,10\n"
    file, back = read(text.encode(encoding))
    assert (file.encoding, file.judged, back) == ("cp950", True, text)


def test_utf_16_of_the_other_byte_order():
    text = ENGLISH.format("茶")
    assert read(b"\xfe\xff" + text.encode("utf-16-be"))[1] == text


@given(st.lists(st.sampled_from(SIMPLIFIED), min_size=1, max_size=12))
def test_simplified_items_are_never_taken_for_big5(items):
    text = ENGLISH.format("、".join(items))
    assert attempt(text.encode("gbk")) in [("gb18030", text), ("ambiguous_encoding", None)]


@given(st.lists(st.sampled_from(TRADITIONAL), min_size=1, max_size=12))
def test_traditional_items_are_never_taken_for_gb18030(items):
    text = ENGLISH.format("、".join(items))
    assert attempt(text.encode("cp950")) in [("cp950", text), ("ambiguous_encoding", None)]


def test_enough_items_decide():
    assert read(ENGLISH.format("、".join(SIMPLIFIED)).encode("gbk"))[0].encoding == "gb18030"
    assert read(ENGLISH.format("、".join(TRADITIONAL)).encode("cp950"))[0].encoding == "cp950"


def test_known_words_decide_where_the_characters_do_not():
    tie = b"\xb0\xa1"
    assert read("数量,".encode("gbk") + tie * 99)[0].encoding == "gb18030"
    assert read("數量,".encode("cp950") + tie * 99)[0].encoding == "cp950"


def test_a_tie_is_an_error_that_a_named_encoding_resolves():
    tie = b"\xb0\xa1"  # a common character in both
    assert refused(tie) == "ambiguous_encoding"
    assert read(tie, encoding="gbk")[1] == "啊"
    assert read(tie, encoding="cp950")[1] == tie.decode("cp950")


def test_the_first_line_beyond_ascii_may_come_late():
    text = "date,item\n" + "2026-01-02,TEA\n" * 200_000 + "2026-01-02,不锈钢水杯、蓝牙耳机、花生油\n"
    assert read(text.encode("gbk"))[0].encoding == "gb18030"


def test_a_flaw_after_the_sample_is_found():
    text = ("不锈钢水杯、蓝牙耳机、花生油\n" * 80_000).encode("gbk") + b"\xff\xff\n"
    assert refused(text) == "undecodable_text"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"), (b"\xef\xbb\xbf", None), (b" \r\n\n", "empty_file"), (b"a\0b", "nul_bytes"),
        ("a,b".encode("utf-16-le"), "nul_bytes"), (b"PK\x03\x04rest", "spreadsheet_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "spreadsheet_file"), (b"\x1f\x8b\x08", "compressed_file"),
        (b"%PDF-1.7", "binary_file"), (b"\x89PNG\r\n\x1a\n\0\0", "nul_bytes"),
        (b"\x80\x81\xff\xfe", "unknown_encoding"),
        ("M\xfcller".encode("latin-1"), "unknown_encoding"), (b"\xff\xfea", "undecodable_text"),
    ],
)  # fmt: skip
def test_what_is_no_text(data, code):
    if code is None:
        assert read(data)[1] == ""
    else:
        assert refused(data) == code


def test_a_named_encoding_must_exist_and_fit():
    assert refused(b"abc", encoding="klingon") == "unknown_encoding"
    assert refused(b"abc", encoding="base64") == "unknown_encoding"
    assert refused(b"\xff", encoding="utf-8") == "undecodable_text"
    assert refused("茶".encode(), encoding="ascii") == "undecodable_text"
    assert read(b"\xef\xbb\xbfa", encoding="utf8")[1] == "a"
    assert read("é".encode("latin-1"), encoding="latin-1")[1] == "é"


def test_streams_of_text_and_bytes(tmp_path):
    assert read(io.StringIO("\ufeffa\r\nb"))[1] == "a\r\nb"
    assert read(io.BytesIO("茶".encode()))[1] == "茶"
    assert refused(io.StringIO(" \n")) == "empty_file"
    assert refused(io.StringIO("a\0")) == "nul_bytes"
    path = tmp_path / "x.csv"
    path.write_bytes(b"\xff\xff")
    with path.open(encoding="utf-8") as stream:
        assert refused(stream) == "undecodable_text"


def test_limits_count_bytes():
    assert read(b"abc", limit_bytes=3)[1] == "abc"
    assert refused(b"abcd", limit_bytes=3) == "file_too_large"
    assert refused(io.BytesIO(b"abcd"), limit_bytes=3) == "file_too_large"
    assert refused(io.StringIO("abcd"), limit_bytes=3) == "file_too_large"


def test_paths(tmp_path, monkeypatch):
    path = tmp_path / "表.csv"
    path.write_bytes(b"abcd")
    file, text = read(path)
    assert (file.name, text) == (str(path), "abcd")
    assert read(str(path), name="moves")[0].name == "moves"
    assert refused(path, limit_bytes=3) == "file_too_large"
    assert refused(tmp_path / "none.csv") == "file_not_found"
    assert refused(path / "below.csv") == "file_not_found"
    assert refused("a\0b") == "file_not_found"
    assert refused("x" * 5000) == "cannot_read"
    assert refused(tmp_path) == "is_a_directory"
    assert refused(os.devnull) == "not_a_file"


def test_permission_denied(tmp_path, monkeypatch):
    path = tmp_path / "x.csv"
    path.write_bytes(b"abcd")

    def deny(*_):
        raise PermissionError(13, "denied")

    monkeypatch.setattr(textfile, "_opened", deny)
    assert refused(path) == "permission_denied"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_read_once_into_memory(tmp_path):
    import threading

    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(b"a,b\n1,2\n",))
    writer.start()
    assert read(path)[1] == "a,b\n1,2\n"
    writer.join()
