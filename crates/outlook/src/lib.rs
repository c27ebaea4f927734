//! Outlook and the other mail clients of Windows: registry exports and hives, `.prf`, `.oeaccount`, `.iaf`,
//! Autodiscover.
//!
//! One file a format. What several formats share stands beside them: the enumerations of Outlook's account management
//! (`mapi`), the vocabulary of Outlook Express (`express`), the steps in the dialogs (`steps`). The facts are
//! those of `formats/outlook.md`.

mod autodiscover;
mod becky;
mod eudora;
mod express;
mod express_registry;
mod hive;
mod iaf;
mod ini_file;
mod mapi;
pub mod not_readable;
mod oeaccount;
mod opera_mail;
mod pegasus;
mod pox;
mod prf;
mod profile;
mod registry;
mod steps;
mod values;
mod xml_file;

use maillint_model::ClientFormat;

pub use autodiscover::Autodiscover;
pub use becky::Becky;
pub use eudora::Eudora;
pub use express_registry::{ExpressRegistry, INTERNET_MAIL_ONLY, OUTLOOK_EXPRESS};
pub use hive::OutlookHive;
pub use iaf::{EXPRESS_IAF, Iaf, WINDOWS_MAIL_IAF};
pub use oeaccount::OeAccount;
pub use opera_mail::OperaMail;
pub use pegasus::Pegasus;
pub use prf::OutlookPrf;
pub use registry::OutlookRegistry;

/// Every format of this family.
pub const FORMATS: &[&dyn ClientFormat] = &[
    &OutlookRegistry,
    &OutlookHive,
    &OutlookPrf,
    &OUTLOOK_EXPRESS,
    &INTERNET_MAIL_ONLY,
    &OeAccount,
    &Autodiscover,
    &EXPRESS_IAF,
    &WINDOWS_MAIL_IAF,
    &Becky,
    &Eudora,
    &OperaMail,
    &Pegasus,
    &not_readable::DATA_FILE,
    &not_readable::NEW_OUTLOOK,
    &not_readable::WINDOWS_APP,
    &not_readable::OUTLOOK_MAC,
    &not_readable::FOXMAIL,
    &not_readable::MAILBIRD,
    &not_readable::EM_CLIENT,
    &not_readable::THE_BAT,
    &not_readable::INCREDIMAIL,
];

#[cfg(test)]
mod any_bytes;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod show;
