"""Where a statement starts and ends: PostgreSQL counts the blanks and comments around it in, lockwise does not."""

from pglast.parser import Error, scan

BLANKS = b" \t\n\r\f\v"


def trimmed(source, start, length):
    end = len(source) if length is None else start + length
    start = skip(source, start, end)
    while end > start and source[end - 1] in BLANKS:
        end -= 1
    piece = source[start:end]
    if b"--" in piece or b"/*" in piece:
        end = start + last_token(piece)
    return start, end


def skip(source, at, end):
    """Steps over blanks, comments, a byte order mark and stray semicolons."""
    while at < end:
        if source[at] in BLANKS or source[at] == ord(";"):
            at += 1
        elif source.startswith(b"\xef\xbb\xbf", at):
            at += 3
        elif source.startswith(b"--", at):
            line_end = source.find(b"\n", at, end)
            at = end if line_end < 0 else line_end
        elif source.startswith(b"/*", at):
            at = behind_comment(source, at, end)
        else:
            break
    return at


def behind_comment(source, at, end):
    depth = 0
    while at < end:
        if source.startswith(b"/*", at):
            depth, at = depth + 1, at + 2
        elif source.startswith(b"*/", at):
            depth, at = depth - 1, at + 2
            if depth == 0:
                break
        else:
            at += 1
    return at


def last_token(piece):
    """The end of the last token that is no comment, in bytes."""
    text = piece.decode()
    try:
        tokens = [token for token in scan(text) if token.name not in ("SQL_COMMENT", "C_COMMENT")]
    except Error:
        return len(piece)
    return len(text[: tokens[-1].end + 1].encode()) if tokens else len(piece)
