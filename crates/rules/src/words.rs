//! Words for people: nobody needs to have heard of a protocol to read a finding.

use maillint_model::{Auth, Change, Protocol, Security, Side};

/// What a list of steps is for, where a rule has several: "For the incoming server".
pub fn change_title(change: &Change) -> &'static str {
    match change {
        Change::Host { side, .. }
        | Change::Endpoint { side, .. }
        | Change::Username { side, .. }
        | Change::Auth { side, .. } => match side {
            Side::Incoming => "For the incoming server",
            Side::Outgoing => "For the outgoing server",
        },
        Change::SignIn { .. } => "For the outgoing server",
        Change::RemoveAfterDays(_) | Change::LeaveOnServer | Change::KeepWhenDeleted | Change::KeepOldMail => {
            "For the mail that stays on the server"
        }
        Change::OutgoingServer { .. } => "For the choice of the outgoing server",
        Change::CertificateException { .. } => "For the stored exception",
        Change::Address { .. } => "For the address",
        Change::TlsVersions => "For the encryption",
    }
}

/// "incoming server".
pub(crate) fn server(side: Side) -> &'static str {
    match side {
        Side::Incoming => "incoming server",
        Side::Outgoing => "outgoing server",
    }
}

/// "collects mail", "sends mail".
pub(crate) fn does(side: Side) -> &'static str {
    match side {
        Side::Incoming => "collects mail",
        Side::Outgoing => "sends mail",
    }
}

/// "POP", "IMAP", as dialogs name them.
pub(crate) fn protocol(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Pop3 => "POP",
        Protocol::Imap => "IMAP",
        Protocol::Smtp => "SMTP",
        Protocol::Exchange => "Exchange",
        Protocol::Provider => "the provider's own service",
        Protocol::News => "news",
        Protocol::Feed => "feeds",
        Protocol::Chat => "chat",
        Protocol::Directory => "an address book",
        Protocol::Local => "local folders",
        Protocol::Other => "an unknown kind",
    }
}

/// "SSL/TLS", "STARTTLS", "no encryption".
pub(crate) fn security(security: Security) -> &'static str {
    match security {
        Security::None => "no encryption",
        Security::StartTls => "STARTTLS",
        Security::StartTlsIfAvailable => "STARTTLS if available",
        Security::Tls => "SSL/TLS",
        Security::Auto => "automatic encryption",
    }
}

/// "port 587 with STARTTLS".
pub(crate) fn endpoint(port: u16, protection: Security) -> String {
    format!("port {port} with {}", security(protection))
}

/// "a password", "a web sign-in (OAuth2)".
pub(crate) fn auth(auth: Auth) -> &'static str {
    match auth {
        Auth::None => "no authentication",
        Auth::Password => "a normal password",
        Auth::Encrypted => "an encrypted password",
        Auth::Ntlm => "Secure Password Authentication (NTLM)",
        Auth::Kerberos => "Kerberos",
        Auth::OAuth2 => "a web sign-in (OAuth2)",
        Auth::Certificate => "a client certificate",
        Auth::Any => "any method that the server offers",
        Auth::PopBeforeSmtp => "fetching mail first",
    }
}

/// "1 day", "3 days".
pub(crate) fn days(days: u32) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}
