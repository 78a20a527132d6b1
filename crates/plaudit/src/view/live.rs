//! The live view: a few lines at the bottom of the terminal that are drawn again as the run goes on. What was above stays.

use super::progress::{Fact, Progress, clock};
use plaudit_train::Event;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::style::{Color, Style, Stylize};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget, Wrap};
use ratatui::{Frame, Terminal, TerminalOptions, Viewport};
use std::io::{Stdout, stdout};
use std::time::{Duration, Instant};

/// Lines of the view.
const HEIGHT: u16 = 13;
/// The least time between two pictures.
const PAUSE: Duration = Duration::from_millis(100);
const LABEL_WIDTH: usize = 19;
const BAR_WIDTH: usize = 30;
const SPARKLINE_WIDTH: usize = 24;

pub(crate) struct Live {
    terminal: Terminal<CrosstermBackend<Stdout>>,
    drawn: Option<Instant>,
}

impl Live {
    /// Takes the lines below the cursor; nothing on a terminal that does not answer.
    pub(crate) fn open() -> Option<Self> {
        let options = TerminalOptions { viewport: Viewport::Inline(HEIGHT) };
        let terminal = Terminal::with_options(CrosstermBackend::new(stdout()), options).ok()?;
        Some(Self { terminal, drawn: None })
    }

    pub(crate) fn show(&mut self, event: &Event<'_>, progress: &Progress) {
        // A picture that cannot be drawn must not stop a run.
        if let Event::Note(text) = event {
            let _ = note(&mut self.terminal, text);
        }
        let is_due = self.drawn.is_none_or(|drawn| drawn.elapsed() >= PAUSE);
        if is_due || !matches!(event, Event::Step { .. }) {
            let _ = self.terminal.draw(|frame| draw(frame, progress));
            self.drawn = Some(Instant::now());
        }
    }

    /// Draws the last picture and leaves the cursor below it.
    pub(crate) fn close(mut self, progress: &Progress) {
        let _ = self.terminal.draw(|frame| draw(frame, progress));
        let area = self.terminal.get_frame().area();
        let lines = lines(progress, usize::from(area.width)).len() as u16;
        let _ = self.terminal.set_cursor_position((0, area.y + lines.min(area.height).saturating_sub(1)));
        let _ = self.terminal.show_cursor();
        crate::output::print("\n");
    }
}

/// Puts a line above the view, where it stays.
fn note<B: Backend>(terminal: &mut Terminal<B>, text: &str) -> Result<(), B::Error> {
    let width = usize::from(terminal.size()?.width).max(1);
    let height = text.chars().count().div_ceil(width) as u16;
    let paragraph = Paragraph::new(text.to_owned()).wrap(Wrap { trim: false });
    terminal.insert_before(height, |buffer| paragraph.render(buffer.area, buffer))
}

fn draw(frame: &mut Frame<'_>, progress: &Progress) {
    let area = frame.area();
    frame.render_widget(Paragraph::new(lines(progress, usize::from(area.width))), area);
}

fn lines(progress: &Progress, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![
        Line::from(progress.title.clone()).bold(),
        Line::from(progress.setting.clone()).dim(),
        Line::default(),
        bar(progress),
        Line::default(),
    ];
    lines.extend(progress.facts().iter().map(|fact| line(fact, width)));
    lines
}

/// Where the run is: the phase, its step, a bar, the time.
fn bar(progress: &Progress) -> Line<'static> {
    let (step, steps) = (progress.step, progress.steps().max(1));
    let filled = (BAR_WIDTH as u64 * step.min(steps) / steps) as usize;
    let label = format!("{} step {step} of {}", progress.phase, progress.steps());
    let left = match progress.left() {
        Some(left) => format!(", {} left in this phase", clock(left)),
        None => String::new(),
    };
    let busy = progress.busy.map_or(String::new(), |what| format!("; {what}"));
    Line::from(vec![
        Span::raw(format!("{label:<26} ")),
        Span::styled("█".repeat(filled), colour(Color::Cyan)),
        Span::raw("░".repeat(BAR_WIDTH - filled)).dim(),
        Span::raw(format!(" {}{left}{busy}", clock(progress.elapsed()))),
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
    if std::env::var_os("NO_COLOR").is_some() { Style::default() } else { Style::default().fg(colour) }
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

    fn picture(width: u16) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, HEIGHT)).unwrap();
        terminal.draw(|frame| draw(frame, &example())).unwrap();
        terminal.backend().to_string()
    }

    #[test]
    fn the_view_shows_what_matters() {
        insta::assert_snapshot!(picture(100));
    }

    #[test]
    fn a_narrow_terminal_loses_only_the_curves() {
        insta::assert_snapshot!(picture(60));
    }

    #[test]
    fn curves_go_from_the_least_to_the_largest() {
        assert_eq!(sparkline(&[0.0, 1.0, 2.0, 7.0], 24), "▁▂▃█");
        assert_eq!(sparkline(&[0.0, 0.0, 7.0, 7.0], 2), "▁█");
        assert_eq!(sparkline(&[3.0, 3.0, f64::NAN], 24), "▁▁");
        assert_eq!(sparkline(&[], 24), "");
    }
}
