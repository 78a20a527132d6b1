//! Shows a run while it goes on: a live view on a terminal, plain lines elsewhere.

mod live;
mod plain;
mod progress;

use live::Live;
use plaudit_train::Event;
use progress::Progress;
use std::io::{IsTerminal, stdout};

/// What a person sees of a run.
pub(crate) struct View {
    progress: Progress,
    /// Absent where lines are printed.
    live: Option<Live>,
}

impl View {
    /// A live view if standard output is a terminal that can be drawn on and `plain` is not asked for.
    pub(crate) fn open(plain: bool) -> Self {
        let live = if !plain && stdout().is_terminal() { Live::open() } else { None };
        Self { progress: Progress::new(), live }
    }

    /// Takes an event in and shows it.
    pub(crate) fn show(&mut self, event: &Event<'_>) {
        self.progress.update(event);
        match &mut self.live {
            Some(live) => live.show(event, &self.progress),
            None => plain::show(event, &self.progress),
        }
    }

    /// Leaves the terminal as it was, with the last picture above the prompt.
    pub(crate) fn close(self) {
        if let Some(live) = self.live {
            live.close(&self.progress);
        }
    }
}
