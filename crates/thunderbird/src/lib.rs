//! Reads the settings of Thunderbird and its family: Betterbird, Icedove, SeaMonkey, Postbox, Interlink, Epyrus, and
//! Thunderbird for Android.
//!
//! One file a format. What the client does with a setting is in `incoming`, `outgoing` and `accounts`; where settings
//! come from, and which of several wins, in `load` and `layers`.

mod accounts;
mod android;
mod autoconfig_script;
mod autoconfig_xml;
mod checks;
mod exceptions;
mod incoming;
mod layer_files;
mod layers;
mod load;
mod names;
mod outgoing;
mod policies;
mod prefs_js;
mod profile;
mod secrets;
mod steps;
mod troubleshooting;
mod values;
mod version;
mod xml_text;

use maillint_model::ClientFormat;

pub use android::{ANDROID, Android};
pub use autoconfig_xml::{AUTOCONFIG, Autoconfig};
pub use layer_files::{POLICIES, Policies, SCRIPT, Script};
pub use prefs_js::{PREFS_JS, PrefsJs};
pub use troubleshooting::{TROUBLESHOOTING, Troubleshooting};

/// Every format of the family, in the order in which they are listed and tried.
pub const FORMATS: &[&dyn ClientFormat] = &[&PREFS_JS, &ANDROID, &TROUBLESHOOTING, &AUTOCONFIG, &POLICIES, &SCRIPT];
