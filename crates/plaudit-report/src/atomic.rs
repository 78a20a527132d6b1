//! Files that are either the old or the new, never half of it.

use crate::ReportError;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Replaces the file at `path` by `bytes`, so that a kill or a full disk at any moment leaves the old file or the new one:
/// writes `path` with ".tmp" appended, flushes it to the disk, renames it over `path`, and flushes the folder. Missing
/// folders are created.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), ReportError> {
    let folder = path.parent().unwrap_or(Path::new(""));
    if !folder.as_os_str().is_empty() {
        fs::create_dir_all(folder).map_err(ReportError::io("create the folder", folder))?;
    }
    let mut name = OsString::from(path);
    name.push(".tmp");
    let temporary = PathBuf::from(name);
    let write = || -> std::io::Result<()> {
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    if let Err(error) = write().and_then(|()| fs::rename(&temporary, path)) {
        // Best effort: the half-written file may be what fills the disk.
        let _ = fs::remove_file(&temporary);
        return Err(ReportError::io("write", path)(error));
    }
    // A rename is only durable once its folder is; platforms that cannot open a folder do not need it.
    if let Ok(folder) = File::open(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }) {
        folder.sync_all().map_err(ReportError::io("flush the folder of", path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_replaced_and_nothing_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er/file.txt");
        write_atomically(&path, b"old").unwrap();
        write_atomically(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn an_impossible_target_is_named_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("target");
        fs::create_dir_all(path.join("occupied")).unwrap();
        let error = write_atomically(&path, b"x").unwrap_err();
        assert!(error.to_string().contains("target"), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
