//! Files to text.

use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use rayon::prelude::*;

use super::Candidate;
use crate::finding::Problem;
use crate::source::SourceFile;

/// Reads all files in parallel; the results keep the order.
pub(super) fn all<'a>(files: &[&'a Candidate]) -> Vec<(&'a Candidate, Result<SourceFile, Problem>)> {
    files.par_iter().map(|file| (*file, one(file))).collect()
}

/// The bytes of standard input.
pub(super) fn stdin() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Why a file cannot be read, and what to do.
pub(super) fn explain(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file or folder".to_owned(),
        ErrorKind::PermissionDenied => "permission denied: lockwise may not read it".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

fn one(file: &Candidate) -> Result<SourceFile, Problem> {
    let path = file.path.display().to_string();
    let read = match &file.bytes {
        Some(bytes) => text(bytes.clone()).map(|text| SourceFile::new(path.clone(), text)),
        None => source(&file.path),
    };
    read.map_err(|message| Problem { path, message })
}

/// Reads a file.
pub(crate) fn source(path: &Path) -> Result<SourceFile, String> {
    let bytes = fs::read(path).map_err(|error| explain(&error))?;
    Ok(SourceFile::new(path.display().to_string(), text(bytes)?))
}

/// By its byte order mark, or because the zero bytes of plain letters stand in turn with them.
fn is_utf_16(bytes: &[u8]) -> bool {
    let letters = |zero: usize| {
        let head = &bytes[..bytes.len().min(64) & !1];
        head.len() >= 4 && head.chunks(2).all(|pair| pair[zero] == 0 && pair[1 - zero] != 0)
    };
    bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || letters(0) || letters(1)
}

fn text(bytes: Vec<u8>) -> Result<String, String> {
    if is_utf_16(&bytes) {
        return Err("is UTF-16; save the file as UTF-8".to_owned());
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let before = SourceFile::new("", String::from_utf8_lossy(&bytes[..at]));
        let place = before.position(at);
        let byte = bytes.get(at).copied().unwrap_or_default();
        format!(
            "is not UTF-8: byte 0x{byte:02X} at line {}, column {} (offset {at}); save the file as UTF-8",
            place.line, place.column
        )
    })
}
