//! Directories that appear whole or not at all, also when the process or the machine dies in between.

use crate::CheckpointError;
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Fills a directory so that others see all of it or nothing: `fill` writes into a hidden sibling, whose files are then flushed
/// to the disk and which takes the place of `directory`. Leftovers of killed attempts at the same directory are removed first.
/// Missing parents are created. Only one process may write the same directory at a time.
///
/// Where `directory` exists it is replaced: it steps aside under a hidden name, the new one takes its place, then the old one
/// is deleted. A process killed between the first two of these leaves only the hidden old one;
/// [`recover_interrupted`] brings it back.
///
/// # Errors
/// What `fill` returns, and [`CheckpointError::Io`]; then `directory` is as it was and the incomplete sibling is removed.
pub fn write_atomically<E: From<CheckpointError>>(
    directory: &Path,
    fill: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<(), E> {
    recover_interrupted(directory)?;
    let partial = hidden_sibling(directory, "partial")?;
    fs::create_dir_all(&partial).map_err(CheckpointError::io("create", &partial))?;
    let outcome = fill(&partial).and_then(|()| Ok(put_in_place(&partial, directory)?));
    if outcome.is_err() {
        // The disk may be full; what failed first is the error to report.
        let _ = fs::remove_dir_all(&partial);
    }
    outcome
}

/// Undoes what a killed [`write_atomically`] left behind: removes its incomplete directory, and brings the old directory back if it
/// had already stepped aside. Call it before reading a directory that a killed process may have been replacing.
///
/// # Errors
/// [`CheckpointError::Io`].
pub fn recover_interrupted(directory: &Path) -> Result<(), CheckpointError> {
    remove_if_there(&hidden_sibling(directory, "partial")?)?;
    let previous = hidden_sibling(directory, "previous")?;
    if exists(directory)? {
        remove_if_there(&previous)
    } else if exists(&previous)? {
        rename(&previous, directory)
    } else {
        Ok(())
    }
}

fn put_in_place(partial: &Path, directory: &Path) -> Result<(), CheckpointError> {
    flush_tree(partial)?;
    let previous = hidden_sibling(directory, "previous")?;
    let is_replacing = exists(directory)?;
    if is_replacing {
        rename(directory, &previous)?;
    }
    if let Err(error) = rename(partial, directory) {
        if is_replacing {
            rename(&previous, directory)?;
        }
        return Err(error);
    }
    flush_directory(&parent_of(directory))?;
    remove_if_there(&previous)
}

/// `.NAME.suffix` beside `directory`.
fn hidden_sibling(directory: &Path, suffix: &str) -> Result<PathBuf, CheckpointError> {
    let name = directory.file_name().ok_or_else(|| {
        CheckpointError::content(directory, "is not the name of a directory that can be replaced; give it a name")
    })?;
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(".");
    hidden.push(suffix);
    Ok(directory.with_file_name(hidden))
}

fn parent_of(directory: &Path) -> PathBuf {
    match directory.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn exists(path: &Path) -> Result<bool, CheckpointError> {
    path.try_exists().map_err(CheckpointError::io("look up", path))
}

fn rename(from: &Path, to: &Path) -> Result<(), CheckpointError> {
    fs::rename(from, to).map_err(CheckpointError::io("rename to its final name", from))
}

fn remove_if_there(directory: &Path) -> Result<(), CheckpointError> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(CheckpointError::io("remove", directory)(error)),
        _ => Ok(()),
    }
}

fn flush_tree(directory: &Path) -> Result<(), CheckpointError> {
    for entry in fs::read_dir(directory).map_err(CheckpointError::io("list", directory))? {
        let entry = entry.map_err(CheckpointError::io("list", directory))?;
        let path = entry.path();
        let kind = entry.file_type().map_err(CheckpointError::io("look up", &path))?;
        if kind.is_dir() {
            flush_tree(&path)?;
        } else if kind.is_file() {
            // Windows flushes only what is open for writing; elsewhere reading is enough and always allowed.
            let file = OpenOptions::new().read(true).write(cfg!(windows)).open(&path);
            file.and_then(|file| file.sync_all()).map_err(CheckpointError::io("flush", &path))?;
        }
    }
    flush_directory(directory)
}

/// Makes renames and new files within a directory durable. Only Unix can open a directory for that.
fn flush_directory(directory: &Path) -> Result<(), CheckpointError> {
    if cfg!(unix) {
        let opened = fs::File::open(directory);
        opened.and_then(|file| file.sync_all()).map_err(CheckpointError::io("flush", directory))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(directory: &Path) -> String {
        fs::read_to_string(directory.join("sub/file")).unwrap()
    }

    fn put(directory: &Path, text: &str) -> Result<(), CheckpointError> {
        fs::create_dir_all(directory.join("sub")).unwrap();
        fs::write(directory.join("sub/file"), text).unwrap();
        Ok(())
    }

    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_directory_is_created_with_its_parents_and_replaced() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("checkpoints/step-2");
        write_atomically(&target, |directory| put(directory, "first")).unwrap();
        write_atomically(&target, |directory| put(directory, "second")).unwrap();
        assert_eq!(content(&target), "second");
        assert_eq!(names(target.parent().unwrap()), ["step-2"]);
    }

    #[test]
    fn a_failed_attempt_changes_nothing() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("step-2");
        write_atomically(&target, |directory| put(directory, "first")).unwrap();
        let outcome = write_atomically(&target, |directory| {
            put(directory, "second")?;
            Err(CheckpointError::content(directory, "the disk is full"))
        });
        assert!(outcome.unwrap_err().to_string().contains("the disk is full"));
        assert_eq!(content(&target), "first");
        assert_eq!(names(root.path()), ["step-2"]);
    }

    #[test]
    fn leftovers_of_killed_attempts_do_not_leak_into_the_next() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("step-2");
        put(&root.path().join(".step-2.partial"), "half").unwrap();
        fs::write(root.path().join(".step-2.partial/stray"), "").unwrap();
        write_atomically(&target, |directory| put(directory, "whole")).unwrap();
        assert_eq!(names(&target), ["sub"]);
        assert_eq!(names(root.path()), ["step-2"]);
    }

    #[test]
    fn a_directory_that_had_stepped_aside_comes_back() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("step-2");
        put(&root.path().join(".step-2.previous"), "first").unwrap();
        put(&root.path().join(".step-2.partial"), "second").unwrap();
        recover_interrupted(&target).unwrap();
        assert_eq!(content(&target), "first");
        assert_eq!(names(root.path()), ["step-2"]);
        // Killed after the new one had taken its place: the old one is only removed.
        put(&root.path().join(".step-2.previous"), "older").unwrap();
        recover_interrupted(&target).unwrap();
        assert_eq!(content(&target), "first");
        assert_eq!(names(root.path()), ["step-2"]);
    }

    #[test]
    fn a_path_without_a_name_is_refused() {
        let outcome: Result<(), CheckpointError> = write_atomically(Path::new("/"), |_| Ok(()));
        assert!(outcome.unwrap_err().to_string().contains("give it a name"));
    }
}
