//! The machine a run is on.

use crate::TrainError;
use std::fs;

/// Runs `work` in a pool of `threads` threads; 0 takes all cores.
///
/// # Errors
/// [`TrainError::Threads`] if the threads cannot be started.
pub fn in_pool<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> Result<T, TrainError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| TrainError::Threads { threads, cause: error.to_string() })?;
    Ok(pool.install(work))
}

/// System, processor and threads, for a person.
pub(crate) fn describe() -> String {
    let threads = rayon::current_num_threads();
    let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    // Only Linux has the file; elsewhere the architecture has to do.
    let processor = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    let plural = if threads == 1 { "" } else { "s" };
    match processor {
        Some(processor) => format!("{system}, {processor}, {threads} thread{plural}"),
        None => format!("{system}, {threads} thread{plural}"),
    }
}

/// What the processor offers that may change the last bits of a result.
pub(crate) fn features() -> Vec<String> {
    #[allow(unused_mut, reason = "only one architecture adds to it")]
    let mut features: Vec<&str> = Vec::new();
    #[cfg(target_arch = "x86_64")]
    {
        if std::arch::is_x86_feature_detected!("avx512f") {
            features.push("avx512");
        }
        if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
            features.push("avx2");
        }
    }
    features.into_iter().map(str::to_owned).collect()
}
