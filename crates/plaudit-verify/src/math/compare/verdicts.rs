//! Results of parts put together to the result of the whole.

use crate::math::{Equality, How, Reason, Witness};

/// Whether all parts are equal: one difference decides, then one doubt.
#[derive(Default)]
pub(super) struct All {
    difference: Option<Witness>,
    doubt: Option<Reason>,
    weakest: Option<How>,
}

impl All {
    pub(super) fn add(&mut self, index: usize, part: Equality) {
        match part {
            Equality::Equal { how } => {
                if self.weakest.as_ref().is_none_or(|weakest| strength(&how) < strength(weakest)) {
                    self.weakest = Some(how);
                }
            }
            Equality::NotEqual { witness } => {
                self.difference.get_or_insert(Witness::Part { index, inner: Some(Box::new(witness)) });
            }
            Equality::Unknown { reason } => {
                self.doubt.get_or_insert(reason);
            }
        }
    }

    pub(super) fn equality(self) -> Equality {
        match (self.difference, self.doubt) {
            (Some(witness), _) => Equality::NotEqual { witness },
            (None, Some(reason)) => Equality::Unknown { reason },
            (None, None) => Equality::Equal { how: self.weakest.unwrap_or(How::Same) },
        }
    }
}

/// Whether one of several readings is equal: one equality decides, then one doubt. The difference kept is the first one.
#[derive(Default)]
pub(super) struct Any {
    equal: Option<How>,
    doubt: Option<Reason>,
    difference: Option<Witness>,
}

impl Any {
    /// Returns whether that decides.
    pub(super) fn add(&mut self, reading: Equality) -> bool {
        match reading {
            Equality::Equal { how } => {
                self.equal.get_or_insert(how);
            }
            Equality::NotEqual { witness } => {
                self.difference.get_or_insert(witness);
            }
            Equality::Unknown { reason } => {
                self.doubt.get_or_insert(reason);
            }
        }
        self.equal.is_some()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.equal.is_none() && self.doubt.is_none() && self.difference.is_none()
    }

    /// # Panics
    /// Where nothing was added.
    pub(super) fn equality(self) -> Equality {
        match (self.equal, self.doubt, self.difference) {
            (Some(how), ..) => Equality::Equal { how },
            (None, Some(reason), _) => Equality::Unknown { reason },
            (None, None, witness) => Equality::NotEqual { witness: witness.expect("at least one reading was added") },
        }
    }
}

/// The larger, the surer.
fn strength(how: &How) -> u8 {
    match how {
        How::Numeric { .. } => 0,
        How::Tolerance => 1,
        How::Text => 2,
        How::Exact => 3,
        How::Same => 4,
    }
}
