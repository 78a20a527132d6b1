//! Printing, to readers that may stop reading.

use std::io::{self, ErrorKind, Write};

/// Writes text to standard output. A reader that has read enough (`| head`) ends the program quietly.
pub(crate) fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    if let Err(error) = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        if error.kind() != ErrorKind::BrokenPipe {
            complain(&format!("error: cannot write to standard output: {error}"));
        }
        std::process::exit(i32::from(error.kind() != ErrorKind::BrokenPipe));
    }
}

/// Writes a line to standard error.
pub(crate) fn complain(text: &str) {
    // Where nobody can be told, there is nobody to tell.
    let _ = writeln!(io::stderr(), "{}", text.trim_end());
}
