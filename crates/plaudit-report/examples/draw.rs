//! Writes made-up runs below a folder and draws their reports, to look at the design:
//! `cargo run -p plaudit-report --example draw -- FOLDER`.

#[path = "../tests/synthetic/mod.rs"]
mod synthetic;

use std::path::Path;
use synthetic::Course;

#[expect(clippy::print_stdout, reason = "an example for the command line")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("name the folder to write to")?;
    for (name, course) in [("good", Course::Good), ("bad", Course::Bad), ("killed", Course::Killed)] {
        let run = Path::new(&folder).join(name);
        synthetic::write_run(&run, course)?;
        println!("{}\n{}", plaudit_report::write_report(&run)?.display(), plaudit_report::summary(&run)?);
    }
    Ok(())
}
