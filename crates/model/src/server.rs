use std::net::IpAddr;

use maillint_source::Location;

use crate::Setting;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name {
            $($(#[$variant_doc])* $variant),+
        }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word of the JSON contract and of policies.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }

            /// The value that a word of the JSON contract or of a policy stands for.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }
    };
}

words! {
    /// What a server speaks, or what else stands in a client's list of accounts.
    Protocol {
        /// POP3 (RFC 1939).
        Pop3 = "pop3",
        /// IMAP (RFC 9051).
        Imap = "imap",
        /// SMTP submission (RFC 6409).
        Smtp = "smtp",
        /// Exchange, in any of its protocols: MAPI, EWS, Graph, `ActiveSync`.
        Exchange = "exchange",
        /// A provider's own web interface, with no server settings (iCloud, Google without a host).
        Provider = "provider",
        /// News (NNTP).
        News = "news",
        /// Web feeds.
        Feed = "feed",
        /// Chat.
        Chat = "chat",
        /// An address book or directory (LDAP).
        Directory = "directory",
        /// Folders on this computer only.
        Local = "local",
        /// A type that the facts do not name.
        Other = "other",
    }
}

impl Protocol {
    /// Whether it fetches mail from a server whose settings can be judged.
    pub fn is_mail(self) -> bool {
        matches!(self, Self::Pop3 | Self::Imap)
    }
}

words! {
    /// How a connection is protected.
    Security {
        /// Not at all.
        None = "none",
        /// Plain at first, then TLS, or no connection (RFC 8314 calls it STARTTLS).
        StartTls = "starttls",
        /// Plain at first, then TLS if the server offers it; silently plain if not.
        StartTlsIfAvailable = "starttls-if-available",
        /// TLS from the first byte (RFC 8314 calls it implicit TLS; dialogs say SSL or SSL/TLS).
        Tls = "tls",
        /// The client tries what works.
        Auto = "auto",
    }
}

impl Security {
    /// Whether the connection is refused rather than made in the clear.
    pub fn is_required(self) -> bool {
        matches!(self, Self::StartTls | Self::Tls)
    }
}

words! {
    /// How the client proves who the user is.
    Auth {
        /// It does not.
        None = "none",
        /// The password itself (PLAIN, LOGIN, USER/PASS).
        Password = "password",
        /// A digest of it: CRAM-MD5, DIGEST-MD5, APOP.
        Encrypted = "encrypted",
        /// NTLM, which Windows calls Secure Password Authentication.
        Ntlm = "ntlm",
        /// Kerberos (GSSAPI).
        Kerberos = "kerberos",
        /// A token of a web sign-in (XOAUTH2, OAUTHBEARER).
        OAuth2 = "oauth2",
        /// A client certificate (EXTERNAL).
        Certificate = "certificate",
        /// Whatever the server offers.
        Any = "any",
        /// None while sending: the incoming server is asked first and the server remembers the address.
        PopBeforeSmtp = "pop-before-smtp",
    }
}

/// One server of an account, as the client uses it: the port is the effective one, an inherited user name is resolved.
#[derive(Clone, PartialEq, Debug)]
pub struct Server {
    /// What it speaks.
    pub protocol: Protocol,
    /// The client's own key of it (`server1`, `smtp2`), where it has one. Accounts that share an outgoing server share
    /// its key.
    pub key: Option<String>,
    /// Host name or address literal, as the client would look it up.
    pub host: Setting<String>,
    /// The port in effect.
    pub port: Setting<u16>,
    /// Protection of the connection.
    pub security: Setting<Security>,
    /// Way to sign in.
    pub auth: Setting<Auth>,
    /// Name to sign in with.
    pub username: Setting<String>,
    /// The client manages port, protection and sign-in by itself: what is stored is only its last success.
    pub automatic: bool,
    /// Where a certificate that did not check out was accepted for ever, for this host and port.
    pub certificate_exception: Option<Location>,
    /// Where the client is told not to check the certificate of this server at all.
    pub unchecked_certificate: Option<Location>,
}

impl Server {
    /// A server of which nothing is known yet.
    pub fn new(protocol: Protocol) -> Self {
        Self {
            protocol,
            key: None,
            host: Setting::unknown(),
            port: Setting::unknown(),
            security: Setting::unknown(),
            auth: Setting::unknown(),
            username: Setting::unknown(),
            automatic: false,
            certificate_exception: None,
            unchecked_certificate: None,
        }
    }

    /// Whether it runs on this very computer: a bridge (Proton Mail Bridge, `DavMail`) or a tunnel (stunnel). Such
    /// hosts are a class of their own: what is said about servers on the network does not hold for them.
    pub fn is_loopback(&self) -> bool {
        self.host.text().is_some_and(is_loopback)
    }
}

/// Whether a host name or address literal means this very computer (RFC 6761 §6.3, RFC 1122 §3.2.1.3, RFC 4291 §2.5.3).
pub fn is_loopback(host: &str) -> bool {
    let host = host.trim().trim_end_matches('.');
    let is_name = |name: &str| host.eq_ignore_ascii_case(name);
    let is_below = host.len() > 10 && host.as_bytes()[host.len() - 10..].eq_ignore_ascii_case(b".localhost");
    if is_below || is_name("localhost") || is_name("localhost.localdomain") {
        return true;
    }
    let literal = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    // Every spelling of such an address begins with one of these, and hardly any name does.
    if !literal.starts_with(|first: char| first == ':' || first.is_ascii_digit()) {
        return false;
    }
    match literal.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.is_loopback(),
        Ok(IpAddr::V6(address)) => address.to_ipv4_mapped().map_or(address.is_loopback(), |v4| v4.is_loopback()),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Auth, Protocol, Security, is_loopback};

    #[test]
    fn loopback_is_recognised_in_every_spelling() {
        for host in
            ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "::ffff:127.0.0.1", "localhost", "LOCALHOST.", "imap.localhost"]
        {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["mail.example.org", "localhost.example.org", "128.0.0.1", "", "::2"] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn words_are_read_back() {
        for value in Protocol::ALL {
            assert_eq!(Protocol::from_word(value.as_str()), Some(*value));
        }
        for value in Security::ALL {
            assert_eq!(Security::from_word(value.as_str()), Some(*value));
        }
        for value in Auth::ALL {
            assert_eq!(Auth::from_word(value.as_str()), Some(*value));
        }
    }
}
