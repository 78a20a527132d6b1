//! Small files: read whole, written and flushed.

use crate::CheckpointError;
use serde_json::Value;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;

/// The bytes of a file, or `None` if it does not exist.
pub(crate) fn read_optional(path: &Path) -> Result<Option<Vec<u8>>, CheckpointError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(CheckpointError::io("read", path)(error)),
    }
}

/// A parsed JSON file.
pub(crate) fn read_json(path: &Path) -> Result<Value, CheckpointError> {
    let bytes = fs::read(path).map_err(CheckpointError::io("read", path))?;
    parse_json(path, &bytes)
}

/// Parses the content of the JSON file `path`.
pub(crate) fn parse_json(path: &Path, bytes: &[u8]) -> Result<Value, CheckpointError> {
    serde_json::from_slice(bytes).map_err(|source| CheckpointError::Json { path: path.to_owned(), source })
}

/// JSON as Hugging Face files have it: keys sorted, indented, with a final newline.
pub(crate) fn json_bytes(mut value: Value) -> Vec<u8> {
    value.sort_all_objects();
    let mut bytes = serde_json::to_vec_pretty(&value).expect("a JSON value always serialises");
    bytes.push(b'\n');
    bytes
}

/// Writes a file and flushes it to the disk.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), CheckpointError> {
    let mut file = File::create(path).map_err(CheckpointError::io("create", path))?;
    file.write_all(bytes).map_err(CheckpointError::io("write", path))?;
    file.sync_all().map_err(CheckpointError::io("flush", path))
}
