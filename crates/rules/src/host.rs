//! What a host name tells by itself.

use std::net::IpAddr;

use crate::case::normal_host;

/// What mail programs put in front of a domain by themselves.
const PREFIXES: [&str; 4] = ["pop", "pop3", "imap", "smtp"];

/// Whether a host is the mail domain with a guessed prefix.
pub(crate) fn is_prefixed(host: &str, domain: &str) -> bool {
    let domain = normal_host(domain);
    host.split_once('.').is_some_and(|(prefix, rest)| rest == domain && PREFIXES.contains(&prefix))
}

/// The address, where a host is given by its number.
pub(crate) fn literal(host: &str) -> Option<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    bare.parse().ok()
}

/// Whether a host can only be in a private network: an address of RFC 1918 or RFC 4193, a name without a dot, or one
/// under a suffix that is never in the public name system (RFC 6762, RFC 8375, RFC 6761, ICANN's `internal`).
pub(crate) fn is_private(host: &str) -> bool {
    match literal(host) {
        Some(IpAddr::V4(address)) => address.is_private() || address.is_link_local(),
        Some(IpAddr::V6(address)) => address.is_unique_local() || address.is_unicast_link_local(),
        None => match host.rsplit_once('.') {
            None => true,
            Some((rest, last)) => {
                matches!(last, "local" | "internal" | "lan" | "test") || (last == "arpa" && rest.ends_with("home"))
            }
        },
    }
}

/// The part of a name that somebody has registered: `example.co.uk` of `mail.example.co.uk` (Public Suffix List).
pub(crate) fn registrable(host: &str) -> Option<&str> {
    psl::domain_str(host)
}

/// Whether two names are in one hand, as far as names tell.
pub(crate) fn is_related(one: &str, other: &str) -> bool {
    registrable(one).is_some_and(|domain| registrable(other) == Some(domain))
}

#[cfg(test)]
mod tests {
    use super::is_private;

    #[test]
    fn private_hosts_are_known() {
        for host in ["192.168.1.2", "10.0.0.1", "fd00::1", "nas", "mail.local", "mx.home.arpa"] {
            assert!(is_private(host), "{host}");
        }
        for host in ["mail.example.org", "8.8.8.8", "2001:db8::1", "local.example.org"] {
            assert!(!is_private(host), "{host}");
        }
    }
}
