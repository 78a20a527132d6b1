//! Printing, to readers that may stop reading and terminals that may not draw.

use std::env::var_os;
use std::io::{self, ErrorKind, IsTerminal, Write};

/// What shells report for a program that wrote to a closed pipe (128 + SIGPIPE).
const READER_LEFT: i32 = 141;

/// Writes text to standard output. A reader that has read enough (`| head`) ends the program quietly; what it was doing is not done.
pub(crate) fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    if let Err(error) = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        if error.kind() == ErrorKind::BrokenPipe {
            std::process::exit(READER_LEFT);
        }
        complain(&format!("error: cannot write to standard output: {error}"));
        std::process::exit(1);
    }
}

/// Writes a line to standard error.
pub(crate) fn complain(text: &str) {
    // Where nobody can be told, there is nobody to tell.
    let _ = writeln!(io::stderr(), "{}", text.trim_end());
}

/// Whether standard output is a terminal that can be drawn on.
pub(crate) fn can_draw() -> bool {
    can_draw_on(&io::stdout())
}

/// Whether a stream is one.
pub(crate) fn can_draw_on(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && var_os("TERM").is_none_or(|terminal| terminal != "dumb")
}

/// Whether colours are welcome (<https://no-color.org>).
pub(crate) fn has_colours() -> bool {
    var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
