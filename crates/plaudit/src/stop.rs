//! Ctrl-C: the first asks to stop, the second stops.

use crate::{INTERRUPTED, output};
use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// What the first Ctrl-C does.
pub(crate) const STOPPING: &str = "stopping after this step, with a checkpoint; Ctrl-C again ends at once";

/// From now on the first Ctrl-C (or SIGTERM) is noted, and said where `is_plain`; the second ends the process.
pub(crate) fn listen(is_plain: bool) -> anyhow::Result<()> {
    ctrlc::set_handler(move || {
        if ASKED.swap(true, Ordering::SeqCst) {
            // The live view keeps the cursor visible and below its picture, so there is no terminal to restore.
            output::complain("\nended; `plaudit resume` continues from the last checkpoint");
            std::process::exit(i32::from(INTERRUPTED));
        }
        if is_plain {
            output::complain(STOPPING);
        }
    })?;
    Ok(())
}

/// Whether someone asked to stop.
pub(crate) fn is_asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}
