use std::net::IpAddr;

/// Whether a value of a file that sets up accounts is still to be put in by a server, a script or the client itself:
/// `%EMAILADDRESS%`, `{{email}}`, `$USERNAME`, `<?= … ?>`. It says nothing about the value that people will get.
pub fn is_placeholder(text: &str) -> bool {
    text.matches('%').count() >= 2
        || text.contains('$')
        || text.contains("<?")
        || text.contains("<%")
        || text.split_once('{').is_some_and(|(_, rest)| rest.contains('}'))
        // What mailcow's template of a profile has for the name of the server.
        || text.contains("PRIMARY_HOSTNAME")
        || is_in(text, '<', '>').is_some_and(|inner| !inner.contains('@'))
        || is_in(text, '[', ']').is_some_and(|inner| inner.parse::<IpAddr>().is_err())
}

fn is_in(text: &str, open: char, close: char) -> Option<&str> {
    text.strip_prefix(open)?.strip_suffix(close)
}

#[cfg(test)]
mod tests {
    use super::is_placeholder;

    #[test]
    fn placeholders_of_templates_are_told_from_names() {
        for text in [
            "%EMAILADDRESS%",
            "%EmailLocalPart%@example.org",
            "{{ email }}",
            "$EMAIL",
            "{email}",
            "mail.{domain}",
            "<?= $x ?>",
            "[user]",
            "PRIMARY_HOSTNAME",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "anna@example.org",
            "<anna@example.org>",
            "50%",
            "EXAMPLE\\anna",
            "mail.example.org",
            "[192.0.2.1]",
            "[2001:db8::1]",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
