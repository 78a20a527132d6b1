//! Files that are either the old or the new, never half of it.

use crate::ReportError;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Replaces the file at `path` by `bytes`, as [`AtomicFile`] does. Missing folders are created.
///
/// # Errors
/// [`ReportError::Io`], with the old file as it was.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), ReportError> {
    let folder = path.parent().unwrap_or(Path::new(""));
    if !folder.as_os_str().is_empty() {
        fs::create_dir_all(folder).map_err(ReportError::io("create the folder", folder))?;
    }
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes).map_err(ReportError::io("write", path))?;
    file.commit()
}

/// A file that is written piece by piece, and takes its place when it is whole: so that a kill or a full disk at any moment leaves the old
/// file or the new one. Until then it lies beside it, with ".tmp" appended to its name.
#[derive(Debug)]
pub struct AtomicFile {
    file: BufWriter<File>,
    temporary: PathBuf,
    path: PathBuf,
    is_in_place: bool,
}

impl AtomicFile {
    /// Begins a file for `path`.
    ///
    /// # Errors
    /// [`ReportError::Io`] where it cannot be created, or would replace what is no file, such as `/dev/null`.
    pub fn create(path: &Path) -> Result<Self, ReportError> {
        if fs::metadata(path).is_ok_and(|old| !old.is_file()) {
            let source = io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file");
            return Err(ReportError::io("write", path)(source));
        }
        let mut name = OsString::from(path);
        name.push(".tmp");
        let temporary = PathBuf::from(name);
        let file = BufWriter::new(File::create(&temporary).map_err(ReportError::io("write", path))?);
        Ok(Self { file, temporary, path: path.to_owned(), is_in_place: false })
    }

    /// Flushes it to the disk, renames it over the old file, and flushes the folder.
    ///
    /// # Errors
    /// [`ReportError::Io`], with the old file as it was.
    pub fn commit(mut self) -> Result<(), ReportError> {
        let path = self.path.clone();
        self.file.flush().map_err(ReportError::io("write", &path))?;
        self.file.get_ref().sync_all().map_err(ReportError::io("write", &path))?;
        fs::rename(&self.temporary, &path).map_err(ReportError::io("write", &path))?;
        self.is_in_place = true;
        // A rename is only durable once its folder is; platforms that cannot open a folder do not need it.
        let folder = path.parent().unwrap_or(Path::new(""));
        if let Ok(folder) = File::open(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }) {
            folder.sync_all().map_err(ReportError::io("flush the folder of", &path))?;
        }
        Ok(())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if !self.is_in_place {
            // Best effort: the half-written file may be what fills the disk.
            let _ = fs::remove_file(&self.temporary);
        }
    }
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
    fn what_is_not_whole_never_takes_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file.txt");
        write_atomically(&path, b"old").unwrap();
        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
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
