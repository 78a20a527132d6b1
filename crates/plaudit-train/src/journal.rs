//! The run directory while a run is writing it.

use crate::checkpoint::{self, Memory, State};
use crate::update::Learner;
use crate::{Control, Event, Observer, Plan, Policy, TrainError};
use plaudit_report::{Manifest, MetricsLog, Phase, RolloutTable, Row, RunDirectory, Sample, Status, store_samples};
use std::path::PathBuf;
use std::time::Instant;

/// Everything that is written while a run goes on, and who is told.
pub(crate) struct Journal<'a> {
    pub(crate) directory: RunDirectory,
    pub(crate) manifest: Manifest,
    metrics: MetricsLog,
    timings: MetricsLog,
    observer: &'a mut Observer<'a>,
    plan: Plan,
    keep_checkpoints: usize,
    pub(crate) last_checkpoint: Option<PathBuf>,
    began: Instant,
    seconds_before: f64,
}

impl<'a> Journal<'a> {
    /// Opens the logs of a run, which end where the run is to go on.
    pub(crate) fn open(
        directory: RunDirectory,
        manifest: Manifest,
        plan: Plan,
        keep_checkpoints: usize,
        observer: &'a mut Observer<'a>,
    ) -> Result<Self, TrainError> {
        Ok(Self {
            metrics: MetricsLog::open(&directory.metrics())?,
            timings: MetricsLog::open(&directory.timings())?,
            last_checkpoint: checkpoint::latest_checkpoint(directory.root())?,
            seconds_before: manifest.seconds,
            began: Instant::now(),
            directory,
            manifest,
            observer,
            plan,
            keep_checkpoints,
        })
    }

    /// Tells the observer; the answer counts at [`Event::Step`] alone.
    pub(crate) fn tell(&mut self, event: Event<'_>) {
        (self.observer)(event);
    }

    /// Appends a step's rows and tells the observer.
    pub(crate) fn step(&mut self, metrics: &Row, timings: &Row) -> Result<Control, TrainError> {
        self.metrics.append(metrics)?;
        self.timings.append(timings)?;
        Ok((self.observer)(Event::Step { metrics, timings }))
    }

    /// Stores answers in place of those of the same moment.
    pub(crate) fn store_samples(&self, samples: &[Sample]) -> Result<(), TrainError> {
        Ok(store_samples(&self.directory.samples(), samples)?)
    }

    /// Stores what the trainer saw in a step.
    pub(crate) fn store_rollouts(&self, step: u64, table: &RolloutTable) -> Result<(), TrainError> {
        Ok(table.write_file(&self.directory.rollouts(step))?)
    }

    /// Writes a checkpoint after `step` of `phase`, unless it is there, and removes older ones. The rows up to it are on the disk
    /// before it is.
    pub(crate) fn checkpoint(
        &mut self,
        phase: Phase,
        step: u64,
        policy: &Policy,
        learner: &Learner,
        memory: &Memory,
    ) -> Result<(), TrainError> {
        let is_last = phase == Phase::WarmStart && step == self.plan.warm_start;
        let path = checkpoint::path(self.directory.root(), phase, step, is_last);
        if self.last_checkpoint.as_deref() == Some(&path) {
            return Ok(());
        }
        self.tell(Event::Busy("saving a checkpoint"));
        self.metrics.sync()?;
        self.timings.sync()?;
        let state = State::new(phase, step, &self.manifest.recipe_hash, memory);
        checkpoint::save(&path, policy, &learner.optimizer, &state)?;
        self.last_checkpoint = Some(path.clone());
        checkpoint::prune(self.directory.root(), self.keep_checkpoints)?;
        self.write_manifest(Status::Running)?;
        self.tell(Event::Checkpoint(&path));
        Ok(())
    }

    /// The checkpoint at the end of the warm start.
    pub(crate) fn warm_start_checkpoint(&self) -> PathBuf {
        checkpoint::path(self.directory.root(), Phase::WarmStart, self.plan.warm_start, true)
    }

    /// Writes the manifest with a new status and the seconds spent so far.
    pub(crate) fn write_manifest(&mut self, status: Status) -> Result<(), TrainError> {
        self.manifest.status = status;
        self.manifest.seconds = self.seconds_before + self.began.elapsed().as_secs_f64();
        Ok(self.manifest.write_file(&self.directory.manifest())?)
    }
}
