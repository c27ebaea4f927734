//! How long a POP account leaves mail on the server.

use maillint_model::{Retention, Setting};
use maillint_syntax::plist::Kind;

use crate::fields::Fields;

/// The keys that a number of days was seen under.
const DAYS: [&str; 3] =
    ["DeleteMessagesOnServerInterval", "DaysAfterDownloadToDeleteMessagesFromServer", "DelayedMessageDeletionInterval"];

/// Which program's habits fill the gaps.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Device {
    /// A Mac: what it does without the keys is not known, its documentation contradicts itself.
    Mac,
    /// A phone: without a policy it keeps everything, without a number of days it takes seven (`POPAccount`).
    Phone,
}

/// What the client does with a message on the server that it has fetched.
#[derive(Clone, Copy)]
enum Policy {
    Never,
    RightAway,
    AfterInterval,
    WhenMovedOutOfInbox,
}

impl Policy {
    fn by_number(number: i64) -> Option<Self> {
        match number {
            0 => Some(Self::Never),
            1 => Some(Self::RightAway),
            2 => Some(Self::AfterInterval),
            3 => Some(Self::WhenMovedOutOfInbox),
            _ => None,
        }
    }

    fn by_name(name: &str) -> Option<Self> {
        match name {
            "Never" => Some(Self::Never),
            "RightAway" => Some(Self::RightAway),
            "AfterInterval" => Some(Self::AfterInterval),
            "WhenTransferredOutOfInbox" => Some(Self::WhenMovedOutOfInbox),
            number => number.parse().ok().and_then(Self::by_number),
        }
    }
}

/// Reads the keys of `shared/formats/apple.md` §1.4 and §2.5.
pub(crate) fn retention(fields: &Fields<'_>, device: Device) -> Retention {
    let stored = DAYS.iter().find_map(|key| fields.integer(key).written());
    let stored_days = match &stored {
        Some((days, at)) => u32::try_from(*days)
            .map_or_else(|_| Setting::unknown_at(at.clone()), |days| Setting::written(days, at.clone())),
        None if device == Device::Phone => Setting::default(7),
        None => Setting::unknown(),
    };
    // There is a list to choose from, and no number: it stands beside every choice.
    let is_clients_number = true;
    let unknown = Retention { stored_days: stored_days.clone(), is_clients_number, ..Retention::default() };
    let Some(value) = fields.get("DeletionPolicy").or_else(|| fields.get("MessageDeletionPolicy")) else {
        if device == Device::Mac {
            return unknown;
        }
        return Retention {
            leave_on_server: Setting::default(true),
            remove_after_days: Setting::default(None),
            remove_when_deleted: Setting::default(false),
            stored_days,
            is_clients_number,
        };
    };
    let policy = match &value.kind {
        Kind::String(name) => Policy::by_name(name.trim()),
        Kind::Integer(number) => i64::try_from(*number).ok().and_then(Policy::by_number),
        _ => None,
    };
    let policy = match (policy, device) {
        (Some(policy), _) => policy,
        (None, Device::Phone) => Policy::Never,
        (None, Device::Mac) => {
            let at = fields.at(value);
            return Retention { leave_on_server: Setting::unknown_at(at), ..unknown };
        }
    };
    let at = fields.at(value);
    let remove_after_days = match policy {
        Policy::AfterInterval => stored_days.clone().map(Some),
        _ => Setting::written(None, at.clone()),
    };
    Retention {
        leave_on_server: Setting::written(!matches!(policy, Policy::RightAway), at.clone()),
        remove_after_days,
        remove_when_deleted: Setting::written(matches!(policy, Policy::WhenMovedOutOfInbox), at),
        stored_days,
        is_clients_number,
    }
}
