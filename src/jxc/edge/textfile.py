r"""A file of text of unknown encoding: checked once from end to end, then opened as text.

    path | bytes | stream  --open_text-->  TextFile(name, encoding, open)

The encoding is decided by rules, in this order: what the caller names; a byte order mark (UTF-8, UTF-16); strict
UTF-8; then Chinese text without Unicode, GB 18030 (which holds GBK) or Big5 (``cp950``, as Windows writes it).  Between
these two decide the known words of a table (数量, 採購入庫, ...), then the share of common characters: level 1 of
GB 2312 (3,755 characters) and of Big5 (5,401).  If neither is clearly ahead the answer is an error, not a guess.

Invariant: a ``TextFile`` decodes without error and holds no NUL; anything else was refused with a ``TableError``.

>>> from io import BytesIO
>>> file = open_text("日期,数量\n".encode("gbk"), limit_bytes=1000)
>>> file.encoding, file.open().read()
('gb18030', '日期,数量\n')
"""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import IO, Protocol, TextIO, TypeAlias

from jxc.edge.words import column_name, type_name
from jxc.errors import TableError

__all__ = ["Readable", "Source", "TextFile", "open_text"]


class Readable(Protocol):
    """A stream of text or of bytes."""

    def read(self, size: int = -1, /) -> str | bytes:
        """The next characters or bytes, at most ``size``."""
        ...


Source: TypeAlias = str | os.PathLike[str] | bytes | Readable
"""Where a table may come from: a path, the bytes of a file, or an open stream."""

_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_ENOUGH = 0.6
_AHEAD = 0.15
_NAME_IT = "name the encoding, such as encoding='gb18030' or 'cp950', or save the file as UTF-8"

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"PK\x03\x04", "spreadsheet_file", "a spreadsheet (.xlsx) or another zip archive", "save it as CSV (UTF-8)"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "spreadsheet_file", "a spreadsheet (.xls)", "save it as CSV (UTF-8)"),
    (b"\x1f\x8b", "compressed_file", "compressed (gzip)", "decompress it first"),
    (b"BZh", "compressed_file", "compressed (bzip2)", "decompress it first"),
    (b"\xfd7zXZ\x00", "compressed_file", "compressed (xz)", "decompress it first"),
    (b"\x28\xb5\x2f\xfd", "compressed_file", "compressed (zstandard)", "decompress it first"),
    (b"%PDF-", "binary_file", "a PDF document", "export the table as CSV"),
    (b"PAR1", "binary_file", "a Parquet file", "read it into a data frame first"),
)  # fmt: skip
_PUNCTUATION = frozenset(
    "，。、；：？！（）《》【】“”‘’—…·￥％＃＋－／×℃　０１２３４５６７８９"
    "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ"
)


@dataclass(frozen=True, slots=True)
class TextFile:
    """Text that was checked, under the name to show, with the encoding found; ``open`` starts at its beginning."""

    name: str
    encoding: str
    judged: bool
    """Whether the encoding was judged from the text, not said by the caller, a mark or strict UTF-8."""
    open: Callable[[], TextIO]


def open_text(source: Source, *, limit_bytes: int, name: str | None = None, encoding: str | None = None) -> TextFile:
    """Check a source and open it as text.

    Raises ``TableError``: ``file_not_found``, ``is_a_directory``, ``permission_denied``, ``not_a_file``,
    ``cannot_read``, ``file_too_large``, ``empty_file``, ``spreadsheet_file``, ``compressed_file``, ``binary_file``,
    ``unknown_encoding``, ``nul_bytes``, ``undecodable_text``, ``ambiguous_encoding``.
    """
    name = _name_of(source) if name is None else name
    try:
        raw = _raw(source, name, limit_bytes)
        if isinstance(raw, str):
            return _open_string(raw, name)
        return _open_bytes(raw, name, encoding, limit_bytes)
    except OSError as error:
        raise _refused_by_system(error, name) from error


def _name_of(source: Source) -> str:
    if isinstance(source, bytes):
        return "<bytes>"
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    return str(getattr(source, "name", "<stream>"))


def _error(code: str, message: str, name: str, hint: str) -> TableError:
    return TableError(code, message, field="file", value=name, hint=hint)


def _refused_by_system(error: OSError, name: str) -> TableError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return _error("file_not_found", "there is no such file", name, "check the path")
    if isinstance(error, IsADirectoryError):
        return _error("is_a_directory", "this is a folder, not a file", name, "name the files in it")
    if isinstance(error, PermissionError):
        return _error("permission_denied", "this file may not be read", name, "ask for the right to read it")
    return _error("cannot_read", f"the system cannot read this: {error.strerror}", name, "check the path and the disk")


# ------------------------------------------------------------------------------------------------------- sources


def _raw(source: Source, name: str, limit: int) -> Callable[[], IO[bytes]] | str:
    """What opens the bytes at their beginning, as often as needed; or text that came as such."""
    if isinstance(source, bytes):
        return _in_memory(source, name, limit)
    if isinstance(source, str | os.PathLike):
        return _raw_of_path(source, name, limit)
    try:
        content = source.read(limit + 1)
    except UnicodeError as error:
        raise _error("undecodable_text", f"the stream cannot be decoded: {error}", name, _NAME_IT) from error
    if isinstance(content, str):
        if len(content) > limit:
            raise _too_large(name, limit)
        return content
    return _in_memory(bytes(content), name, limit)


def _raw_of_path(path: str | os.PathLike[str], name: str, limit: int) -> Callable[[], IO[bytes]]:
    try:
        mode = Path(path).stat().st_mode
    except ValueError:
        raise _error("file_not_found", "this is no path", name, "check the path") from None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError
    if stat.S_ISREG(mode):
        return partial(_opened, Path(path))
    if not stat.S_ISFIFO(mode):
        raise _error("not_a_file", "this is a device, not a file", name, "name a file")
    with Path(path).open("rb") as pipe:
        return _in_memory(pipe.read(limit + 1), name, limit)


def _opened(path: Path) -> IO[bytes]:
    return path.open("rb")


def _in_memory(data: bytes, name: str, limit: int) -> Callable[[], IO[bytes]]:
    if len(data) > limit:
        raise _too_large(name, limit)
    return partial(BytesIO, data)


def _too_large(name: str, limit: int) -> TableError:
    hint = "split the file, or raise limit_bytes"
    return _error("file_too_large", f"the file is larger than the limit of {limit:,} bytes", name, hint)


def _chunks(raw: Callable[[], IO[bytes]], name: str, limit: int) -> Iterator[bytes]:
    size = 0
    with raw() as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise _too_large(name, limit)
            yield chunk


# ------------------------------------------------------------------------------------------------------ encoding


def _open_string(text: str, name: str) -> TextFile:
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise _empty(name)
    if "\0" in text:
        raise _nul(name)
    return TextFile(name, "text", False, partial(StringIO, text, newline=""))


def _open_bytes(raw: Callable[[], IO[bytes]], name: str, encoding: str | None, limit: int) -> TextFile:
    head = _head(raw, name)
    said = _marked(head) if encoding is None else _named(encoding, head, name)
    if said is None and b"\0" in head:
        raise _nul(name)
    if said is None and _scan(raw, "utf-8", name, limit) is None:
        return TextFile(name, "utf-8", False, partial(_decoded, raw, "utf-8"))
    found = said or _judge(_sample(raw, name, limit), name)
    flaw = _scan(raw, found, name, limit)
    if flaw is not None:
        raise _error("undecodable_text", f"this is not {found} throughout: byte {flaw:,} does not fit", name, _NAME_IT)
    return TextFile(name, found, said is None, partial(_decoded, raw, found))


def _head(raw: Callable[[], IO[bytes]], name: str) -> bytes:
    """The beginning of a file that is neither empty nor of a kind known to be no text."""
    with raw() as stream:
        head = stream.read(_SAMPLE)
        if not head or (not head.strip() and not stream.read(1)):
            raise _empty(name)
    for magic, code, what, hint in _MAGIC:
        if head.startswith(magic):
            raise _error(code, f"this is {what}, not a text file", name, hint)
    return head


def _decoded(raw: Callable[[], IO[bytes]], encoding: str) -> TextIO:
    return TextIOWrapper(raw(), encoding=encoding, newline="")


def _named(encoding: str, head: bytes, name: str) -> str:
    try:
        codec = codecs.lookup(encoding)
        "".encode(encoding)
    except (LookupError, ValueError):
        hint = "name one that Python knows, such as utf-8, utf-16, gb18030 or cp950"
        raise _error("unknown_encoding", f"there is no text encoding called {encoding!r}", name, hint) from None
    return "utf-8-sig" if codec.name == "utf-8" and head.startswith(codecs.BOM_UTF8) else codec.name


def _marked(head: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)


def _scan(raw: Callable[[], IO[bytes]], encoding: str, name: str, limit: int) -> int | None:
    """Decode everything once: ``None``, or about where (from 1) it fails; NUL characters are refused."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    done = 0
    try:
        for chunk in _chunks(raw, name, limit):
            if "\0" in decoder.decode(chunk):
                raise _nul(name)
            done += len(chunk)
        decoder.decode(b"", True)
    except UnicodeDecodeError as error:
        return done + error.start + 1
    except UnicodeError:
        return done + 1
    return None


def _nul(name: str) -> TableError:
    hint = "save it as UTF-8 text; if it is UTF-16 without a mark, name encoding='utf-16-le'"
    return _error("nul_bytes", "there are NUL bytes in it, so this is no plain text", name, hint)


def _empty(name: str) -> TableError:
    return _error("empty_file", "the file is empty", name, "a table needs at least a line of column names")


def _sample(raw: Callable[[], IO[bytes]], name: str, limit: int) -> bytes:
    """The first lines with a byte beyond ASCII: a line break is never part of a character of the two encodings."""
    sample = bytearray()
    rest = b""
    for chunk in _chunks(raw, name, limit):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if not line.isascii():
                sample += line + b"\n"
        if len(sample) >= _SAMPLE or len(rest) > _CHUNK:
            break
    if not sample:
        sample += rest
    return bytes(sample)


@dataclass(frozen=True, slots=True)
class _Reading:
    encoding: str
    words: int
    share: float


def _judge(sample: bytes, name: str) -> str:
    readings = [_reading(sample, "gb18030", _common_simplified()), _reading(sample, "cp950", _common_traditional())]
    likely = [reading for reading in readings if reading is not None and (reading.words or reading.share >= _ENOUGH)]
    if not likely:
        raise _error("unknown_encoding", "this is neither UTF-8 nor Chinese text in GB 18030 or Big5", name, _NAME_IT)
    likely.sort(key=lambda reading: (reading.words, reading.share), reverse=True)
    best, *others = likely
    if others and best.words == others[0].words and best.share - others[0].share < _AHEAD:
        raise _error("ambiguous_encoding", "this may be Chinese text in GB 18030 or in Big5", name, _NAME_IT)
    return best.encoding


def _reading(sample: bytes, encoding: str, common: frozenset[str]) -> _Reading | None:
    """How Chinese the sample looks in this encoding: known words of tables, and the share of common characters."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return None
    cells = {cell.strip() for cell in re.split(r'[,;\t"\r\n]+', text) if not cell.isascii()}
    words = sum(1 for cell in cells if column_name(cell) or type_name(cell))
    beyond = [character for character in text if not character.isascii()]
    return _Reading(encoding, words, sum(map((common | _PUNCTUATION).__contains__, beyond)) / max(1, len(beyond)))


def _characters(encoding: str, first: int, last: int, trails: range) -> frozenset[str]:
    codes = (bytes((lead, trail)) for lead in range(first, last + 1) for trail in trails)
    return frozenset(code.decode(encoding, "ignore") for code in codes) - {""}


@cache
def _common_simplified() -> frozenset[str]:
    """Level 1 of GB 2312-80: rows 16 to 55."""
    return _characters("gb2312", 0xB0, 0xD7, range(0xA1, 0xFF))


@cache
def _common_traditional() -> frozenset[str]:
    """Level 1 of Big5: A440 to C67E."""
    return _characters("cp950", 0xA4, 0xC6, range(0x40, 0xFF))
