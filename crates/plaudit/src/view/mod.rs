//! Shows a run while it goes on: a live view on a terminal, plain lines elsewhere.

mod live;
mod plain;
mod progress;

pub(crate) use progress::clock;

use crate::output;
use live::Live;
use plaudit_train::Event;
use progress::Progress;

/// What a person sees of a run.
pub(crate) enum View {
    /// Drawn again and again.
    Live(Live),
    /// Printed line by line.
    Plain(Box<Progress>),
}

impl View {
    /// A live view if standard output is a terminal that can be drawn on and `plain` is not asked for.
    pub(crate) fn open(plain: bool) -> Self {
        let live = if !plain && output::can_draw() { Live::open(Progress::new()) } else { None };
        live.map_or_else(|| Self::Plain(Box::new(Progress::new())), Self::Live)
    }

    pub(crate) fn is_plain(&self) -> bool {
        matches!(self, Self::Plain(_))
    }

    /// Takes an event in and shows it.
    pub(crate) fn show(&mut self, event: &Event<'_>) {
        match self {
            Self::Live(live) => live.show(event),
            Self::Plain(progress) => {
                progress.update(event);
                plain::show(event, progress);
            }
        }
    }

    /// Leaves the last picture above the prompt.
    pub(crate) fn close(self) {
        if let Self::Live(live) = self {
            live.close();
        }
    }
}
