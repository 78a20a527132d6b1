//! Times the embedded engine: `plaudit-benchmarks CASE [REPETITIONS]` runs one case in this process and prints one line of
//! JSON with the seconds of each repetition and the process's peak memory. `compare.py` runs it in turn with the peers.

mod cases;
mod credit_cases;
mod shapes;
mod verify_cases;

use std::time::Instant;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let case = arguments.first().map_or("", String::as_str);
    let repetitions = arguments.get(1).and_then(|count| count.parse().ok()).unwrap_or(5);
    let Some(mut run) = cases::find(case) else {
        exit_with_usage();
    };
    let inputs_mib = reset_peak();
    let mut seconds = Vec::new();
    let mut note = serde_json::Value::Null;
    // On a thread of the pool, as runs are: calls from outside it would wake a worker for every product.
    rayon::scope(|_| {
        for repetition in 0..=repetitions {
            let start = Instant::now();
            note = run(repetition);
            // The first repetition warms up: buffers grow, pages are touched.
            if repetition > 0 {
                seconds.push(start.elapsed().as_secs_f64());
            }
        }
    });
    let line = serde_json::json!({
        "case": case, "seconds": seconds, "peak_mib": peak_mib(), "inputs_mib": inputs_mib, "note": note,
    });
    #[expect(clippy::print_stdout, reason = "the result")]
    {
        println!("{line}");
    }
}

fn exit_with_usage() -> ! {
    #[expect(clippy::print_stderr, reason = "usage")]
    {
        eprintln!("usage: plaudit-benchmarks {} [REPETITIONS]", cases::NAMES.join("|"));
    }
    std::process::exit(2)
}

/// Lets the peak begin anew at what is resident now, which it returns; null where Linux does not allow it.
fn reset_peak() -> Option<f64> {
    std::fs::write("/proc/self/clear_refs", "5").ok()?;
    peak_mib()
}

/// The largest resident memory of this process so far, as Linux reports it; null elsewhere.
fn peak_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}
