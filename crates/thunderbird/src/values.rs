//! The client's numbers for protection and sign-in, as its versions understand them.

use maillint_model::{Auth, Protocol, Security, Setting};

use crate::version::Client;

/// `socketType` and `try_ssl`: 0 none, 1 STARTTLS if available (until 131), 2 STARTTLS, 3 SSL/TLS. From 132 on,
/// whatever is neither 2 nor 3 is plain text.
pub(crate) fn security(setting: Setting<i32>, client: &Client) -> Setting<Security> {
    let modern = client.since(132);
    let value = match (setting.get(), modern) {
        (Some(3), _) => Some(Security::Tls),
        (Some(2), _) => Some(Security::StartTls),
        (Some(0), _) | (Some(_), Some(true)) => Some(Security::None),
        (Some(1), Some(false)) => Some(Security::StartTlsIfAvailable),
        _ => None,
    };
    known(setting, value)
}

/// `authMethod` of an incoming server (`nsMsgAuthMethod`).
pub(crate) fn incoming_auth(setting: Setting<i32>, protocol: Protocol, client: &Client) -> Setting<Auth> {
    let imap = protocol == Protocol::Imap;
    let value = match setting.get() {
        Some(0 | 9) if imap => Some(Auth::Any),
        // From 102 on, POP3 is written anew and knows neither of them: it fails.
        Some(9) if client.before(102) => Some(Auth::Any),
        Some(1) => Some(Auth::None),
        Some(2) if imap || client.before(102) => Some(Auth::Password),
        other => shared_auth(other),
    };
    known(setting, value)
}

/// `authMethod` of an outgoing server. Since 88, what it does not know means that it does not sign in.
pub(crate) fn outgoing_auth(setting: Setting<i32>, client: &Client) -> Setting<Auth> {
    let shared = shared_auth(setting.get()).filter(|auth| *auth != Auth::Certificate);
    let value = match (setting.get(), shared, client.since(88)) {
        (_, Some(auth), _) => Some(auth),
        (Some(1), ..) | (Some(_), _, Some(true)) => Some(Auth::None),
        (Some(2), _, Some(false)) => Some(Auth::Password),
        (Some(7), _, Some(false)) => Some(Auth::Certificate),
        (Some(9), _, Some(false)) => Some(Auth::Any),
        _ => None,
    };
    known(setting, value)
}

/// The numbers that mean the same everywhere. 8 is "any secure method": one of several, but never the password itself.
fn shared_auth(number: Option<i32>) -> Option<Auth> {
    match number? {
        3 => Some(Auth::Password),
        4 => Some(Auth::Encrypted),
        8 => Some(Auth::Any),
        5 => Some(Auth::Kerberos),
        6 => Some(Auth::Ntlm),
        7 => Some(Auth::Certificate),
        10 => Some(Auth::OAuth2),
        _ => None,
    }
}

/// The setting with what its number means, or with nothing but its place where that is not known.
pub(crate) fn known<T, U: Copy>(setting: Setting<T>, value: Option<U>) -> Setting<U> {
    match (value, setting.at()) {
        (Some(value), _) => setting.map(|_| value),
        (None, Some(at)) => Setting::unknown_at(at.clone()),
        (None, None) => Setting::unknown(),
    }
}
