//! Accounts come from files that anyone may have written: whatever stands in them, judging ends, says the same thing
//! twice, and points into the file.

use maillint_model::{Account, Auth, Identity, Protocol, Retention, Security, Server, Setting};
use maillint_source::{Decoded, Location, SourceFile, Span};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, proptest};
use proptest::sample::select;

use crate::notation::{CLIENTS, TODAY};
use crate::policy::{BUILTINS, Pattern};
use crate::{Policy, Settings, judge};

/// Texts as they come: whole addresses and names, pieces of them, and anything else.
fn text() -> impl Strategy<Value = String> {
    let pieces = [
        "anna",
        "@",
        ".",
        "example.org",
        "imap.",
        "mail.",
        "gmail.com",
        "%",
        "{domain}",
        " ",
        "\u{A0}",
        "mailto:",
        "<",
        ">",
        "192.0.2.1",
        "[::1]",
        "xn--",
        "ü",
        "ß",
        "\u{202E}",
        "\0",
        "//",
        ":",
        "-",
        "*",
        "İ",
        "\u{FEFF}",
    ];
    let joined = vec(select(pieces.to_vec()), 0..6).prop_map(|parts| parts.concat());
    proptest::prop_oneof![4 => joined, 1 => any::<String>()]
}

fn server(protocol: Protocol) -> impl Strategy<Value = Server> {
    let words = (select(Security::ALL.to_vec()), select(Auth::ALL.to_vec()));
    (text(), text(), any::<Option<u16>>(), words).prop_map(move |(host, username, port, (security, auth))| Server {
        host: Setting::default(host),
        username: Setting::default(username),
        port: port.map_or_else(Setting::unknown, Setting::default),
        security: Setting::default(security),
        auth: Setting::default(auth),
        ..Server::new(protocol)
    })
}

/// What an account is made of. Accounts themselves are never printed, not even by a test that fails.
type Parts = (String, String, Server, Server, Option<Option<u32>>, Option<bool>);

fn parts() -> impl Strategy<Value = Parts> {
    let incoming = select(vec![Protocol::Imap, Protocol::Pop3]).prop_flat_map(server);
    (text(), text(), incoming, server(Protocol::Smtp), any::<Option<Option<u32>>>(), any::<Option<bool>>())
}

fn account((address, reply_to, incoming, outgoing, days, leave): Parts) -> Account {
    let file = SourceFile::seal("hostile.txt", Decoded::utf8("x".to_owned()), &[]);
    let mut account = Account::new(&CLIENTS[0], Location::new(&file, Span::new(0, 1)), "account1");
    account.identities.push(Identity {
        address: Setting::default(address),
        reply_to: Setting::default(reply_to),
        ..Identity::default()
    });
    account.incoming = Some(incoming);
    account.outgoing = Some(outgoing);
    account.retention = Some(Retention {
        leave_on_server: leave.map_or_else(Setting::unknown, Setting::default),
        remove_after_days: days.map_or_else(Setting::unknown, Setting::default),
        ..Retention::default()
    });
    account
}

proptest! {
    #[test]
    fn judging_never_fails_and_never_changes_its_mind(parts in vec(parts(), 0..6)) {
        let accounts: Vec<Account> = parts.into_iter().map(account).collect();
        for builtin in BUILTINS {
            let mut settings = Settings::new(TODAY);
            settings.policies = vec![Policy::builtin(builtin.name).unwrap()];
            let first = judge(&accounts, &settings, &|_, _| Vec::new());
            let second = judge(&accounts, &settings, &|_, _| Vec::new());
            assert_eq!(first, second);
            assert_eq!(first.unchecked.len(), accounts.len());
            for finding in &first.findings {
                assert!(finding.account < accounts.len());
                assert!(!finding.labels.is_empty() && !finding.message.is_empty() && !finding.why.is_empty());
            }
            let mut prints: Vec<&str> = first.findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
            prints.sort_unstable();
            prints.dedup();
            assert_eq!(prints.len(), first.findings.len());
        }
    }

    #[test]
    fn no_policy_file_makes_the_reader_fail(text in any::<String>()) {
        let _ = Policy::parse(&text);
    }

    #[test]
    fn a_pattern_without_placeholders_stands_for_itself(text in "[a-z0-9.@-]{1,40}") {
        let pattern = Pattern::parse(&text).unwrap();
        assert_eq!(pattern.matches(&text, None), Some(true));
        assert_eq!(pattern.expand(None), Some(text.clone()));
        assert_eq!(pattern.matches(&format!("{text}x"), None), Some(false));
    }
}
