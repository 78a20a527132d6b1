//! The live view: a few lines at the bottom of the terminal that are drawn again as the run goes on. What was above stays.
//!
//! The cursor stays visible, on the line below the facts: what the terminal writes of its own accord (`^C`) lands there, and a
//! process that is killed leaves a terminal that needs no repair.

use super::progress::{Fact, Progress, clock};
use crate::stop::{self, STOPPING};
use crate::{output, text};
use plaudit_train::Event;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::style::{Color, Style, Stylize};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget, Wrap};
use ratatui::{Frame, Terminal, TerminalOptions, Viewport};
use std::io::{Stdout, stdout};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Lines of the view: title, setting, bar, two empty ones, at most seven facts, the status.
const HEIGHT: u16 = 13;
/// The least time between two pictures of a run that advances, and the most where it does not: the clock goes on.
const PAUSE: Duration = Duration::from_millis(100);
const TICK: Duration = Duration::from_millis(250);
const LABEL_WIDTH: usize = 19;
const BAR_WIDTH: usize = 30;
/// A bar shorter than this says less than the words that would be cut to make room for it.
const LEAST_BAR_WIDTH: usize = 8;
const SPARKLINE_WIDTH: usize = 24;

/// The view, and the thread that moves its clock.
pub(crate) struct Live {
    shown: Arc<Mutex<Shown<CrosstermBackend<Stdout>>>>,
    ticker: JoinHandle<()>,
    /// Dropped, it ends the ticker.
    ending: Sender<()>,
}

/// What is drawn, and where.
struct Shown<B: Backend> {
    terminal: Terminal<B>,
    progress: Progress,
    drawn: Option<Instant>,
    is_stopping: bool,
}

impl Live {
    /// Takes the lines below the cursor; nothing on a terminal that does not answer.
    pub(crate) fn open(progress: Progress) -> Option<Self> {
        let options = TerminalOptions { viewport: Viewport::Inline(HEIGHT) };
        let terminal = Terminal::with_options(CrosstermBackend::new(stdout()), options).ok()?;
        let shown = Arc::new(Mutex::new(Shown { terminal, progress, drawn: None, is_stopping: false }));
        let (ending, ended) = channel();
        let ticking = Arc::clone(&shown);
        let ticker = thread::spawn(move || {
            while ended.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                lock(&ticking).draw(stop::is_asked());
            }
        });
        Some(Self { shown, ticker, ending })
    }

    pub(crate) fn show(&mut self, event: &Event<'_>) {
        lock(&self.shown).show(event, stop::is_asked());
    }

    /// Draws the last picture and leaves the cursor below it.
    pub(crate) fn close(self) {
        drop(self.ending);
        // A picture that was not drawn does no harm to what comes next.
        let _ = self.ticker.join();
        let mut shown = lock(&self.shown);
        shown.progress.busy = None;
        shown.draw(false);
        output::print("\n");
    }
}

/// A panic while drawing leaves nothing behind that the next picture does not overwrite.
fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<B: Backend> Shown<B> {
    fn show(&mut self, event: &Event<'_>, is_stopping: bool) {
        self.progress.update(event);
        if let Event::Note(note) = event {
            // A picture that cannot be drawn must not stop a run; here and below.
            let _ = self.insert(&text::on_one_line(note, usize::MAX));
        }
        let is_due = self.drawn.is_none_or(|drawn| drawn.elapsed() >= PAUSE);
        if is_due || !matches!(event, Event::Step { .. }) {
            self.draw(is_stopping);
        }
    }

    fn draw(&mut self, is_stopping: bool) {
        if is_stopping != self.is_stopping {
            // The terminal has written ^C over the picture.
            self.is_stopping = is_stopping;
            let _ = self.terminal.clear();
        }
        let status = if is_stopping { STOPPING } else { self.progress.busy.unwrap_or_default() };
        let _ = self.terminal.draw(|frame| draw(frame, &self.progress, status));
        self.drawn = Some(Instant::now());
    }

    /// Puts a line above the view, where it stays.
    fn insert(&mut self, line: &str) -> Result<(), B::Error> {
        let width = usize::from(self.terminal.size()?.width).max(1);
        let height = line.chars().count().div_ceil(width) as u16;
        let paragraph = Paragraph::new(line.to_owned()).wrap(Wrap { trim: false });
        self.terminal.insert_before(height, |buffer| paragraph.render(buffer.area, buffer))
    }
}

fn draw(frame: &mut Frame<'_>, progress: &Progress, status: &str) {
    let area = frame.area();
    let mut lines = lines(progress, usize::from(area.width));
    // The last line is the status and the cursor's.
    let room = usize::from(area.height).saturating_sub(1);
    if lines.len() > room {
        lines.retain(|line| line.width() > 0);
        lines.truncate(room);
    }
    let below = area.y + lines.len() as u16;
    let column = area.x + (status.chars().count() as u16).min(area.width.saturating_sub(1));
    lines.push(Line::from(status.to_owned()).dim());
    frame.render_widget(Paragraph::new(lines), area);
    frame.set_cursor_position((column, below));
}

fn lines(progress: &Progress, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![
        Line::from(progress.title.clone()).bold(),
        Line::from(progress.setting.clone()).dim(),
        Line::default(),
        bar(progress, width),
        Line::default(),
    ];
    lines.extend(progress.facts().iter().map(|fact| line(fact, width)));
    lines
}

/// Where the run is: the phase, its step, a bar, the time.
fn bar(progress: &Progress, width: usize) -> Line<'static> {
    let (step, steps) = (progress.step, progress.steps().max(1));
    let digits = steps.to_string().len();
    let label = format!("{} step {step:>digits$} of {} ", progress.phase, progress.steps());
    let elapsed = clock(progress.elapsed());
    let (short, long) = match progress.left() {
        Some(left) => (format!(" {elapsed}, {} left", clock(left)), " in this phase"),
        None => (format!(" {elapsed}"), ""),
    };
    let taken = label.chars().count() + short.chars().count();
    let has_room = taken + long.len() + LEAST_BAR_WIDTH <= width;
    let time = if has_room { short + long } else { short };
    let room = width.saturating_sub(label.chars().count() + time.chars().count());
    let bar_width = if room < LEAST_BAR_WIDTH { 0 } else { room.min(BAR_WIDTH) };
    let filled = (bar_width as u64 * step.min(steps) / steps) as usize;
    Line::from(vec![
        Span::raw(label),
        Span::styled("█".repeat(filled), colour(Color::Cyan)),
        Span::raw("░".repeat(bar_width - filled)).dim(),
        Span::raw(time),
    ])
}

fn line(fact: &Fact<'_>, width: usize) -> Line<'static> {
    let mut spans = vec![Span::raw(format!("{:<LABEL_WIDTH$}", fact.label)).dim(), Span::raw(fact.value.clone())];
    let column = LABEL_WIDTH + 34;
    let taken = LABEL_WIDTH + fact.value.chars().count();
    if fact.history.len() > 1 && taken + 2 <= column && column + SPARKLINE_WIDTH <= width {
        spans.push(Span::raw(" ".repeat(column - taken)));
        spans.push(Span::styled(sparkline(fact.history, SPARKLINE_WIDTH), colour(Color::Cyan)));
    }
    Line::from(spans)
}

fn colour(colour: Color) -> Style {
    if output::has_colours() { Style::default().fg(colour) } else { Style::default() }
}

/// A curve of block characters from the least to the largest value; each column is the mean of an equal share of the values.
fn sparkline(values: &[f64], width: usize) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let values: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    let columns = width.min(values.len());
    let mean = |column: usize| {
        let share = &values[column * values.len() / columns..(column + 1) * values.len() / columns];
        share.iter().sum::<f64>() / share.len() as f64
    };
    let means: Vec<f64> = (0..columns).map(mean).collect();
    let (least, largest) = means.iter().fold((f64::MAX, f64::MIN), |(a, b), value| (a.min(*value), b.max(*value)));
    let span = (largest - least).max(f64::MIN_POSITIVE);
    means.iter().map(|value| BLOCKS[((value - least) / span * 7.0).round() as usize]).collect()
}

#[cfg(test)]
mod tests {
    use super::super::progress::tests::example;
    use super::*;
    use ratatui::backend::TestBackend;

    fn shown(width: u16, height: u16) -> Shown<TestBackend> {
        let terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        Shown { terminal, progress: example(), drawn: None, is_stopping: false }
    }

    fn picture(width: u16, height: u16) -> String {
        let mut shown = shown(width, height);
        shown.progress.busy = Some("saving a checkpoint");
        shown.draw(false);
        shown.terminal.backend().to_string()
    }

    #[test]
    fn the_view_shows_what_matters() {
        insta::assert_snapshot!(picture(100, HEIGHT));
    }

    #[test]
    fn a_common_terminal_has_room_for_everything() {
        insta::assert_snapshot!(picture(80, HEIGHT));
    }

    #[test]
    fn a_narrow_terminal_loses_only_curves_and_bar() {
        insta::assert_snapshot!(picture(50, HEIGHT));
    }

    #[test]
    fn a_low_terminal_keeps_the_beginning_and_the_status() {
        insta::assert_snapshot!(picture(80, 6));
    }

    #[test]
    fn a_tiny_terminal_is_survived() {
        for (width, height) in [(1, 1), (3, 2), (200, 1)] {
            picture(width, height);
        }
    }

    #[test]
    fn a_request_to_stop_is_answered_and_the_cursor_waits_below() {
        let mut shown = shown(100, HEIGHT);
        shown.draw(false);
        let last_fact = shown.progress.facts().len() as u16 + 4;
        shown.terminal.backend_mut().assert_cursor_position((0, last_fact + 1));
        shown.draw(true);
        assert!(shown.terminal.backend().to_string().contains(STOPPING));
        shown.terminal.backend_mut().assert_cursor_position((STOPPING.len() as u16, last_fact + 1));
        assert!(shown.terminal.backend().cursor_visible());
    }

    #[test]
    fn curves_go_from_the_least_to_the_largest() {
        assert_eq!(sparkline(&[0.0, 1.0, 2.0, 7.0], 24), "▁▂▃█");
        assert_eq!(sparkline(&[0.0, 0.0, 7.0, 7.0], 2), "▁█");
        assert_eq!(sparkline(&[3.0, 3.0, f64::NAN], 24), "▁▁");
        assert_eq!(sparkline(&[], 24), "");
    }
}
