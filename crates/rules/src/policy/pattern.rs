use std::fmt;

/// What a placeholder of a [`Pattern`] stands for: the address that an account belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Address<'a> {
    /// Before the `@`.
    pub local: &'a str,
    /// After it.
    pub domain: &'a str,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Part {
    Text(String),
    Domain,
    Local,
    Email,
    Digits,
    Any,
}

/// A host name or user name as a policy writes it: `mail.{domain}`, `{local}+{domain}`, `wp{digits}-*`,
/// `*.example.org`.
///
/// `{domain}`, `{local}` and `{email}` stand for the parts of the account's own address, `{digits}` for one digit or
/// more, `*` for any run of characters, even none. Letters are compared without regard to case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern {
    raw: String,
    parts: Vec<Part>,
}

/// Longer texts match nothing: no host name (RFC 1035 §2.3.4) and no address (RFC 5321 §4.5.3.1) is as long.
const LONGEST: usize = 1_024;

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// One sentence that says what is wrong with it.
    pub fn parse(raw: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = raw;
        while let Some(at) = rest.find(['{', '}', '*']) {
            let (text, special) = rest.split_at(at);
            if !text.is_empty() {
                parts.push(Part::Text(text.to_owned()));
            }
            if let Some(after) = special.strip_prefix('*') {
                parts.push(Part::Any);
                rest = after;
                continue;
            }
            let Some((name, after)) = special.strip_prefix('{').and_then(|special| special.split_once('}')) else {
                return Err(format!("a curly bracket has no partner in `{raw}`"));
            };
            parts.push(match name {
                "domain" => Part::Domain,
                "local" => Part::Local,
                "email" => Part::Email,
                "digits" => Part::Digits,
                _ => return Err(unknown_placeholder(name)),
            });
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        if parts.is_empty() {
            return Err("an empty pattern matches nothing".to_owned());
        }
        Ok(Self { raw: raw.to_owned(), parts })
    }

    /// As the policy has it.
    pub fn as_str(&self) -> &str {
        &self.raw
    }

    /// The one text that it stands for; `None` if it stands for many, or speaks of an address that is not known.
    pub fn expand(&self, address: Option<Address<'_>>) -> Option<String> {
        let mut text = String::new();
        for part in &self.parts {
            match (part, address) {
                (Part::Text(literal), _) => text.push_str(literal),
                (Part::Domain, Some(address)) => text.push_str(address.domain),
                (Part::Local, Some(address)) => text.push_str(address.local),
                (Part::Email, Some(address)) => {
                    text.push_str(address.local);
                    text.push('@');
                    text.push_str(address.domain);
                }
                (Part::Digits | Part::Any, _) | (_, None) => return None,
            }
        }
        Some(text)
    }

    /// Whether it stands for `text`; `None` if it speaks of an address that is not known.
    pub fn matches(&self, text: &str, address: Option<Address<'_>>) -> Option<bool> {
        if text.is_ascii()
            && let Some(only) = self.expand(address)
            && only.is_ascii()
        {
            return Some(text.len() <= LONGEST && only.eq_ignore_ascii_case(text));
        }
        let steps = self.steps(address)?;
        if text.len() > LONGEST {
            return Some(false);
        }
        // Every place in the pattern that the text so far can have led to, so that the time is bounded by the product
        // of the two lengths whatever the pattern is.
        let mut reached = vec![false; steps.len() + 1];
        reached[0] = true;
        close(&steps, &mut reached);
        for character in text.chars().flat_map(char::to_lowercase) {
            let mut next = vec![false; steps.len() + 1];
            for (at, step) in steps.iter().enumerate().filter(|(at, _)| reached[*at]) {
                match step {
                    Step::Any => next[at] = true,
                    Step::Char(expected) => next[at + 1] |= *expected == character,
                    Step::Digit => next[at + 1] |= character.is_ascii_digit(),
                    Step::MoreDigits => next[at] |= character.is_ascii_digit(),
                }
            }
            close(&steps, &mut next);
            reached = next;
        }
        Some(reached.last().copied().unwrap_or(false))
    }

    fn steps(&self, address: Option<Address<'_>>) -> Option<Vec<Step>> {
        let mut steps = Vec::new();
        for part in &self.parts {
            match part {
                Part::Text(literal) => push_text(&mut steps, literal),
                Part::Domain => push_text(&mut steps, address?.domain),
                Part::Local => push_text(&mut steps, address?.local),
                Part::Email => {
                    push_text(&mut steps, address?.local);
                    steps.push(Step::Char('@'));
                    push_text(&mut steps, address?.domain);
                }
                Part::Digits => steps.extend([Step::Digit, Step::MoreDigits]),
                Part::Any => steps.push(Step::Any),
            }
        }
        Some(steps)
    }
}

fn push_text(steps: &mut Vec<Step>, text: &str) {
    steps.extend(text.chars().flat_map(char::to_lowercase).map(Step::Char));
}

enum Step {
    Char(char),
    Digit,
    MoreDigits,
    Any,
}

/// A step that may match nothing is passed as soon as it is reached.
fn close(steps: &[Step], reached: &mut [bool]) {
    for (at, step) in steps.iter().enumerate() {
        if reached[at] && matches!(step, Step::Any | Step::MoreDigits) {
            reached[at + 1] = true;
        }
    }
}

fn unknown_placeholder(name: &str) -> String {
    let known = ["domain", "local", "email", "digits"];
    let near = crate::policy::nearest(name, known.iter().copied());
    let help = near.map_or(String::new(), |near| format!("; did you mean `{{{near}}}`?"));
    format!("there is no placeholder `{{{name}}}`{help}")
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.raw)
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, Pattern};

    const ANNA: Option<Address<'_>> = Some(Address { local: "anna", domain: "example.org" });

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::parse(pattern).unwrap().matches(text, ANNA).unwrap()
    }

    #[test]
    fn placeholders_stand_for_the_address() {
        assert!(matches("mail.{domain}", "MAIL.example.org"));
        assert!(!matches("mail.{domain}", "mail.example.net"));
        assert!(matches("{local}+{domain}", "anna+example.org"));
        assert!(matches("{email}", "Anna@Example.org"));
    }

    #[test]
    fn digits_are_one_or_more_and_a_star_is_any_run() {
        assert!(matches("wp{digits}-*", "wp12345-anna"));
        assert!(!matches("wp{digits}-*", "wp-anna"));
        assert!(matches("sv{digits}.xserver.jp", "sv1.xserver.jp"));
        assert!(!matches("sv{digits}.xserver.jp", "sv1x.xserver.jp"));
        assert!(matches("*.example.org", "a.b.example.org"));
        assert!(!matches("*.example.org", "example.org"));
        assert!(matches("*", ""));
    }

    #[test]
    fn without_an_address_nothing_is_said() {
        let pattern = Pattern::parse("mail.{domain}").unwrap();
        assert_eq!(pattern.matches("mail.example.org", None), None);
        assert_eq!(pattern.expand(None), None);
        assert_eq!(pattern.expand(ANNA).as_deref(), Some("mail.example.org"));
        assert_eq!(Pattern::parse("ssl0.ovh.net").unwrap().matches("ssl0.ovh.net", None), Some(true));
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(
            Pattern::parse("mail.{domian}").unwrap_err(),
            "there is no placeholder `{domian}`; did you mean `{domain}`?"
        );
        assert_eq!(Pattern::parse("mail.{domain").unwrap_err(), "a curly bracket has no partner in `mail.{domain`");
        assert_eq!(Pattern::parse("").unwrap_err(), "an empty pattern matches nothing");
    }

    #[test]
    fn a_hostile_pattern_takes_no_longer_than_its_length() {
        let pattern = "*a".repeat(200);
        assert!(!matches(&pattern, &"b".repeat(1_000)));
    }
}
