//! What a host name tells by itself.

use std::net::IpAddr;

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
