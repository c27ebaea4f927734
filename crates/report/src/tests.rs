//! What holds for every format.

use crate::{Format, Style, sample};

fn printed(format: Format) -> String {
    let mut out = Vec::new();
    format.write(&sample::run(), &Style::PLAIN, &mut out).unwrap();
    if format.is_for_accounts() {
        format.write_accounts(&sample::run(), &Style::PLAIN, &mut out).unwrap();
    }
    String::from_utf8(out).unwrap()
}

#[test]
fn no_format_tells_a_secret() {
    for format in Format::ALL {
        assert!(!printed(*format).contains(sample::SECRET), "{}", format.as_str());
    }
}

#[test]
fn no_format_lets_a_file_speak_to_the_terminal() {
    for format in Format::ALL {
        let controls: Vec<char> =
            printed(*format).chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\r')).collect();
        assert!(controls.is_empty(), "{}: {controls:?}", format.as_str());
    }
}

#[test]
fn every_format_tells_every_finding() {
    for format in Format::ALL {
        let text = printed(*format);
        let of_people = matches!(format, Format::Reply);
        for rule in ["host-prefix", "outgoing-auth-missing"] {
            assert_eq!(text.contains(rule), !of_people, "{}: {rule}", format.as_str());
        }
        assert!(text.contains("anna@example.org"), "{}", format.as_str());
        assert!(text.contains("old/prefs.js") || *format == Format::Csv, "{} hides a file", format.as_str());
    }
}
