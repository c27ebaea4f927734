//! The enumerations of Outlook's account management, which its profiles and `.prf` files share
//! (`formats/outlook.md` §1.4, §2.5).

use maillint_model::{Auth, Protocol, Retention, Security, Server, Setting};

use crate::values::{decide, port, switch, translate};

/// The numbers of one account. `None` is a value that is not there.
#[derive(Default)]
pub(crate) struct Numbers {
    pub(crate) incoming_port: Option<Setting<u32>>,
    pub(crate) incoming_ssl: Option<Setting<u32>>,
    /// Never seen in a profile of Outlook; Outlook Express has a value of this name.
    pub(crate) incoming_secure: Option<Setting<u32>>,
    pub(crate) incoming_spa: Option<Setting<u32>>,
    pub(crate) leave_on_server: Option<Setting<u32>>,
    pub(crate) smtp_port: Option<Setting<u32>>,
    pub(crate) smtp_ssl: Option<Setting<u32>>,
    pub(crate) smtp_secure: Option<Setting<u32>>,
    pub(crate) smtp_use_auth: Option<Setting<u32>>,
    pub(crate) smtp_auth_method: Option<Setting<u32>>,
    pub(crate) smtp_spa: Option<Setting<u32>>,
}

/// The texts of one account.
pub(crate) struct Texts {
    pub(crate) incoming_host: Setting<String>,
    pub(crate) incoming_user: Setting<String>,
    pub(crate) smtp_host: Setting<String>,
    pub(crate) smtp_user: Setting<String>,
}

/// Where mail is fetched.
pub(crate) fn incoming(protocol: Protocol, texts: &Texts, numbers: &Numbers) -> Server {
    let port = port(numbers.incoming_port.as_ref(), if protocol == Protocol::Imap { 143 } else { 110 });
    let security = match (&numbers.incoming_ssl, &numbers.incoming_secure) {
        (Some(ssl), _) => translate(ssl, |ssl| match (ssl, protocol, port.get()) {
            (0, ..) => Some(Security::None),
            // The dialog for IMAP offers four choices; how the later ones are stored was never seen, only that they
            // encrypt. The two well-known ports leave one way each.
            (2.., Protocol::Imap, Some(143)) => Some(Security::StartTls),
            (2.., Protocol::Imap, port) if port != Some(993) => None,
            _ => Some(Security::Tls),
        }),
        (None, Some(secure)) => translate(secure, |secure| (secure == 0).then_some(Security::None)),
        (None, None) => Setting::default(Security::None),
    };
    let auth = decide(numbers.incoming_spa.as_ref(), Auth::Password, |spa| {
        Some(if spa == 0 { Auth::Password } else { Auth::Ntlm })
    });
    Server {
        host: texts.incoming_host.clone(),
        username: texts.incoming_user.clone(),
        port,
        security,
        auth,
        ..Server::new(protocol)
    }
}

/// Where mail is sent.
pub(crate) fn outgoing(texts: &Texts, numbers: &Numbers, incoming: &Server) -> Server {
    let port = port(numbers.smtp_port.as_ref(), 25);
    let (auth, username) = outgoing_sign_in(texts, numbers, incoming);
    Server {
        host: texts.smtp_host.clone(),
        security: outgoing_security(numbers, port.get()),
        port,
        auth,
        username,
        ..Server::new(Protocol::Smtp)
    }
}

/// `SMTP Secure Connection` decides; `SMTP Use SSL` alone only says that the connection is encrypted somehow.
fn outgoing_security(numbers: &Numbers, port: Option<u16>) -> Setting<Security> {
    match (&numbers.smtp_secure, &numbers.smtp_ssl) {
        (Some(secure), _) => translate(secure, |secure| match secure {
            0 => Some(Security::None),
            1 => Some(Security::Tls),
            2 => Some(Security::StartTls),
            3 => Some(Security::Auto),
            _ => None,
        }),
        (None, Some(ssl)) => translate(ssl, |ssl| match (ssl, port) {
            (0, _) => Some(Security::None),
            (_, Some(465)) => Some(Security::Tls),
            _ => None,
        }),
        (None, None) => Setting::default(Security::None),
    }
}

/// How the outgoing server is signed in to, and by which name. The method counts only where sign-in is on.
fn outgoing_sign_in(texts: &Texts, numbers: &Numbers, incoming: &Server) -> (Setting<Auth>, Setting<String>) {
    let on = switch(numbers.smtp_use_auth.as_ref());
    if on.get() != Some(true) {
        return (on.map(|_| Auth::None), Setting::unknown());
    }
    let method = decide(numbers.smtp_auth_method.as_ref(), 0, |method| (method <= 2).then_some(method));
    match method.get() {
        Some(0) => (incoming.auth.inherit(), incoming.username.inherit()),
        Some(1) => {
            let spa = switch(numbers.smtp_spa.as_ref()).get();
            let auth = match (spa, &numbers.smtp_spa) {
                (Some(true), Some(spa)) => spa.clone().map(|_| Auth::Ntlm),
                (Some(_), _) => method.map(|_| Auth::Password),
                (None, _) => Setting::unknown(),
            };
            (auth, texts.smtp_user.clone())
        }
        Some(_) => (method.map(|_| Auth::PopBeforeSmtp), incoming.username.inherit()),
        None => (method.map(|_| Auth::Any), Setting::unknown()),
    }
}

/// `Leave on Server`: flags in the low word, days in the high word. Bit 0 leaves a copy, bit 1 has it removed after the
/// days, bit 2 when the message leaves Deleted Items; both need bit 0.
pub(crate) fn retention(numbers: &Numbers) -> Retention {
    /// Outlook puts this number into a new account.
    const OWN_DAYS: u32 = 14;
    let bits = numbers.leave_on_server.as_ref();
    Retention {
        leave_on_server: decide(bits, false, |bits| Some(bits & 1 != 0)),
        remove_after_days: decide(bits, None, |bits| Some((bits & 3 == 3).then_some(bits >> 16))),
        remove_when_deleted: decide(bits, false, |bits| Some(bits & 5 == 5)),
        stored_days: bits
            .map_or_else(Setting::unknown, |bits| translate(bits, |bits| (bits >> 16 != 0).then_some(bits >> 16))),
        is_clients_number: bits.and_then(Setting::get).is_some_and(|bits| bits >> 16 == OWN_DAYS),
    }
}

#[cfg(test)]
mod tests {
    use maillint_model::Setting;

    use super::{Numbers, retention};

    #[test]
    fn fourteen_days_are_outlooks_own_number() {
        let is_own = |bits| {
            retention(&Numbers { leave_on_server: Some(Setting::default(bits)), ..Numbers::default() })
                .is_clients_number
        };
        assert!(is_own(0x000E_0001));
        assert!(!is_own(0x0014_0001));
    }
}
