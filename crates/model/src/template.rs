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

/// Whether what stands in the place of a password is none: a hole to be filled in (`$PASSWORD`, `%password%`,
/// `{{ password }}`), asterisks, or `changeme`. A real password may have a `$` or a `%` in it, so only the whole counts.
pub fn is_no_password(text: &str) -> bool {
    let text = text.trim();
    let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || "_-. ".contains(c));
    let is_hole = [("%", "%"), ("{", "}"), ("<", ">"), ("[", "]"), ("${", "}"), ("{{", "}}")]
        .into_iter()
        .any(|(open, close)| text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).is_some_and(is_name));
    let is_variable = text.strip_prefix('$').is_some_and(|name| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    });
    text.chars().all(|c| matches!(c, '*' | '•')) || text.eq_ignore_ascii_case("changeme") || is_hole || is_variable
}

#[cfg(test)]
mod tests {
    use super::{is_no_password, is_placeholder};

    #[test]
    fn passwords_are_told_from_what_stands_in_their_place() {
        for text in ["", "***", "changeme", "$PASSWORD", "${PASSWORD}", "%password%", "{{ password }}", "<password>"] {
            assert!(is_no_password(text), "{text}");
        }
        for text in ["hunter2", "Pa$$w0rd", "$ecret", "50%off%", "*a*", "[a]b]c"] {
            assert!(!is_no_password(text), "{text}");
        }
    }

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
