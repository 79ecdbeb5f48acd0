//! The kinds of calls: every service, outcome and oddity a reader of CloudTrail
//! has to live with, each as a function of the scene.
//!
//! Not for ids, times and the members all records have.

mod odd;
mod reads;
mod refused;
mod writes;

use super::super::json::{Json, list, number, object};
use super::{ACCOUNT, Call, OTHER_ACCOUNT, Scene, iso};

/// A kind of call.
pub type Kind = fn(&mut Scene) -> Call;

/// Every kind, once.
pub const ALL: [Kind; 72] = {
    let mut all: [Kind; 72] = [plain; 72];
    let groups: [&[Kind]; 4] = [&reads::ALL, &writes::ALL, &refused::ALL, &odd::ALL];
    let (mut group, mut at) = (0, 0);
    while group < groups.len() {
        let mut kind = 0;
        while kind < groups[group].len() {
            all[at] = groups[group][kind];
            at += 1;
            kind += 1;
        }
        group += 1;
    }
    assert!(at == all.len(), "as many kinds as the array has");
    all
};

/// A call without any oddity: ASCII, no numbers, no resources.
pub fn plain(scene: &mut Scene) -> Call {
    Call::new("ec2", "DescribeInstances", true, &scene.cast.users[0])
        .request([("instancesSet", object([])), ("filterSet", object([]))])
}
