"""What is given out of a ballot, column by column, and how a file of it is written; pure.

Neither what was written nor who wrote it, no exact second, no officer; a ballot's own id is replaced by a key that only
this centre could trace back, so that a mã phiếu finds nothing in a file.
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

Kind = Literal["csv", "json", "parquet"]
MEDIA: Final[dict[Kind, str]] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class BallotRow(msgspec.Struct, frozen=True, kw_only=True):
    """One ballot. Every ballot stands here, also those that the headline does not count; the lane says why."""

    key: Annotated[str, Meta(description="Khóa của phiếu, không đổi giữa các lần xuất. / The ballot's stable key.")]
    day: Annotated[str, Meta(description="Ngày, giờ Việt Nam, yyyy-mm-dd. / Local day.")]
    hour: Annotated[int | None, Meta(description="Giờ 0–23; trống khi chưa rõ. / Local hour, empty where unproven.")]
    office: Annotated[str, Meta(description="Mã đơn vị vào ngày đó. / The office's id as of that day.")]
    counter: Annotated[str, Meta(description="Mã quầy. / The counter's id.")]
    questionnaire: Annotated[str, Meta(description="Phiếu hỏi và phiên bản. / Questionnaire and version.")]
    channel: Annotated[str, Meta(description="Kênh: touch, button, qr, … / Channel.")]
    status: Annotated[str, Meta(description="complete đủ câu, partial dở dang, quick chỉ một nút. / Completeness.")]
    lane: Annotated[str, Meta(description="Độ tin cậy của nguồn; kết quả chính đếm kiosk và qr-fresh. / Lane.")]
    lang: Annotated[str, Meta(description="Ngôn ngữ màn hình. / Language of the screen.")]
    has_comment: Annotated[bool, Meta(description="Có ý kiến hoặc số liên hệ đã niêm phong. / Something sealed.")]
    flags: Annotated[str, Meta(description="Dấu hiệu cần lưu ý, cách nhau dấu cách. / Flags, spaces between.")]
    context: Annotated[str, Meta(description="Thông tin về lượt giao dịch, mục=chọn; … / Context, item=choice; …")]


class AnswerRow(msgspec.Struct, frozen=True, kw_only=True):
    """One answer to one question of one ballot."""

    key: Annotated[str, Meta(description="Khóa của phiếu, như ở bảng ballots. / The ballot's key.")]
    questionnaire: Annotated[str, Meta(description="Phiếu hỏi và phiên bản. / Questionnaire and version.")]
    question: Annotated[str, Meta(description="Mã câu hỏi. / The question's id.")]
    scale: Annotated[str, Meta(description="Thang: likert5 hay likert3; không quy đổi. / Scale, never recoded.")]
    level: Annotated[int | None, Meta(description="Mức, 1 thấp nhất; trống: không áp dụng. / Level; empty for NA.")]
    ms: Annotated[int, Meta(description="Mili giây trả lời; 0 khi không đo. / Milliseconds; 0 where not measured.")]
    reasons: Annotated[str, Meta(description="Mã lý do, cách nhau dấu ;. / Reasons' ids, ; between.")]


class UnitRow(msgspec.Struct, frozen=True, kw_only=True):
    """One unit as it stood for a time."""

    id: Annotated[str, Meta(description="Mã. / Id.")]
    name_vi: Annotated[str, Meta(description="Tên. / Vietnamese name.")]
    name_en: Annotated[str, Meta(description="Tên tiếng Anh. / English name.")]
    kind: Annotated[str, Meta(description="Loại đơn vị. / Kind.")]
    parent: Annotated[str | None, Meta(description="Mã đơn vị cấp trên. / The unit above.")]
    valid_from: Annotated[str, Meta(description="Từ ngày. / First day.")]
    valid_to: Annotated[str | None, Meta(description="Đến ngày; trống: hiện nay. / Last day, empty for today.")]


class QuestionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One question of one version of a questionnaire."""

    questionnaire: Annotated[str, Meta(description="Phiếu hỏi và phiên bản. / Questionnaire and version.")]
    number: Annotated[int, Meta(description="Số thứ tự. / Number.")]
    question: Annotated[str, Meta(description="Mã câu hỏi. / Id.")]
    scale: Annotated[str, Meta(description="Thang trả lời. / Scale.")]
    factor: Annotated[str, Meta(description="Yếu tố SIPAS. / SIPAS factor.")]
    vi: Annotated[str, Meta(description="Câu hỏi. / Vietnamese wording.")]
    en: Annotated[str, Meta(description="Câu hỏi tiếng Anh. / English wording.")]


Row = BallotRow | AnswerRow | UnitRow | QuestionRow

TABLES: Final[dict[str, type[Row]]] = {
    "ballots": BallotRow,
    "answers": AnswerRow,
    "units": UnitRow,
    "questions": QuestionRow,
}
TITLES: Final = {
    "ballots": "Phiếu (mỗi dòng một phiếu)",
    "answers": "Câu trả lời (mỗi dòng một câu)",
    "units": "Đơn vị, quầy theo thời gian",
    "questions": "Câu hỏi của từng phiên bản phiếu",
}
DATED: Final = ("ballots", "answers")
"""Tables that are asked for by days; the others are small and whole."""


class ColumnWords(msgspec.Struct, frozen=True):
    """One line of the data dictionary. kind: text, whole number or yes/no; is_empty: whether it may be."""

    table: str
    name: str
    kind: str
    is_empty: bool
    words: str


KINDS: Final = {"string": "chữ", "integer": "số nguyên", "boolean": "đúng/sai"}


def dictionary() -> list[ColumnWords]:
    """Return every column of every table, from the same types the rows are made of."""
    found = []
    for table, kind in TABLES.items():
        _, parts = msgspec.json.schema_components([kind])
        for name, column in parts[kind.__name__]["properties"].items():
            own = column.get("type") or next(one["type"] for one in column["anyOf"] if one["type"] != "null")
            is_empty = "anyOf" in column
            found.append(ColumnWords(table, name, KINDS[own], is_empty, column["description"]))
    return found


def columns(table: str) -> tuple[str, ...]:
    """Return a table's columns in their order."""
    return TABLES[table].__struct_fields__


def written(table: str, rows: Sequence[Row], kind: Kind) -> bytes:
    """Return rows as a file.

    CSV is Vietnamese Excel's: UTF-8 with a mark, semicolons, text that is never a formula. JSON is an array of objects.
    """
    if kind == "json":
        return msgspec.json.encode(rows)
    if kind == "csv":
        return _csv(table, rows)
    return _parquet(table, rows)


def _csv(table: str, rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    names = columns(table)
    writer.writerow(names)
    writer.writerows([_plain(getattr(row, name)) for name in names] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _parquet(table: str, rows: Sequence[Row]) -> bytes:
    import pyarrow  # 50 MB that only this needs
    from pyarrow import parquet

    types = {"chữ": pyarrow.string(), "số nguyên": pyarrow.int64(), "đúng/sai": pyarrow.bool_()}
    fields = [
        pyarrow.field(one.name, types[one.kind], one.is_empty, metadata={"description": one.words})
        for one in dictionary()
        if one.table == table
    ]
    values = [[getattr(row, field.name) for row in rows] for field in fields]
    into = pyarrow.BufferOutputStream()
    parquet.write_table(pyarrow.table(values, schema=pyarrow.schema(fields)), into, compression="zstd")
    return bytes(into.getvalue())


_SPAN: Final = {
    "type": "object", "required": ["office", "first", "last", "n"], "additionalProperties": False,
    "properties": {
        "office": {"type": "string", "description": "an office's id or code"},
        "first": {"type": "string", "format": "date"}, "last": {"type": "string", "format": "date"},
        "n": {"type": "integer", "minimum": 0, "description": "people served"},
    },
}  # fmt: skip
_DOSSIER: Final = {
    "type": "object", "required": ["place", "reference"], "additionalProperties": False,
    "properties": {
        "place": {"type": "string", "description": "a counter's or office's id or code"},
        "reference": {"type": "string", "maxLength": 80, "description": "the dossier's own code; it is not stored"},
        "field": {"type": "string", "description": "field of the procedure, to be chosen beforehand on the page"},
        "days": {"type": "integer", "minimum": 1, "maximum": 180, "default": 30},
        "qr": {"type": "boolean", "description": "return an SVG of the link's QR, too"},
    },
}  # fmt: skip


def _rows_operation(
    summary: str, row: dict[str, Any], at_most: int, done: str, refused: str, undone: str
) -> dict[str, Any]:
    """Return how the API describes a POST of `{"rows": [...]}`, in the words of OpenAPI."""
    return {
        "summary": summary,
        "requestBody": {"required": True, "content": {"application/json": {"schema": {
            "type": "object", "required": ["rows"],
            "properties": {"rows": {"type": "array", "minItems": 1, "maxItems": at_most, "items": row}},
        }}}},
        "responses": {
            "200": {"description": done},
            "401": {"description": "no token, or one that does not hold"},
            "403": {"description": f"the token is not for {refused}"},
            "422": {"description": f"nothing was {undone}; the words name the row and the way out"},
        },
    }  # fmt: skip


WRITE_TRANSACTIONS: Final = _rows_operation(
    "Số lượt giao dịch (khóa có quyền transactions.write). / Transactions, all rows or none; the same "
    "office and days again take the place of what was there.",
    _SPAN, 5000, "stored: how many rows", "writing", "stored",
)  # fmt: skip
MAKE_INVITATIONS: Final = _rows_operation(
    "Một đường dẫn đánh giá cho mỗi hồ sơ (khóa có quyền invitations.make). / One rating for one dossier: "
    "the same dossier again gives the same link; whether it was used is never told.",
    _DOSSIER, 500, "rows in the same order: url, expires_on and, where asked for, qr", "invitations", "made",
)  # fmt: skip


def openapi(base: str) -> dict[str, Any]:
    """Return the description of the read API, OpenAPI 3.1. base: the centre's address."""
    _, parts = msgspec.json.schema_components(list(TABLES.values()), ref_template="#/components/schemas/{name}")
    paths = {f"/api/v1/data/{table}": {"get": _operation(table)} for table in TABLES}
    paths["/api/v1/data/transactions"] = {"post": WRITE_TRANSACTIONS}
    paths["/api/v1/data/invitations"] = {"post": MAKE_INVITATIONS}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Hài Lòng: read API", "version": "1", "description": "Counted ballots, nobody in them."},
        "servers": [{"url": base}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": json.loads(json.dumps(parts)),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(table: str) -> dict[str, Any]:
    name = TABLES[table].__name__
    page = {
        "type": "object",
        "required": ["rows", "next"],
        "properties": {
            "rows": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}},
            "next": {
                "type": ["string", "null"],
                "description": "give it as `after` for the next page; null at the end",
            },
        },
    }
    asked = [("from", "first day, yyyy-mm-dd"), ("to", "last day"), ("unit", "an office or anything above it")]
    asked += [("after", "where the page before ended"), ("limit", "rows of ballots at most, 1 to 5,000")]
    return {
        "summary": TITLES[table],
        "parameters": [
            {"name": one, "in": "query", "schema": {"type": "string"}, "description": words} for one, words in asked
        ] if table in DATED else [],
        "responses": {
            "200": {"description": "one page", "content": {"application/json": {"schema": page}}},
            "304": {"description": "nothing changed since the ETag given"},
            "401": {"description": "no token, or one that does not hold"},
            "422": {"description": "a parameter cannot be read; the words name it"},
        },
    }  # fmt: skip
