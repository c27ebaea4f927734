//! Whatever the bytes: no panic, and every text stands where it says it stands.

use maillint_model::{Account, Bundle, ClientFormat, Reading, Setting};
use maillint_source::{Form, Limits};
use proptest::prelude::*;

use crate::{Autodiscover, Becky, EXPRESS_IAF, Eudora, OeAccount, OperaMail, Pegasus, show};

/// The texts of an account.
fn texts(account: &Account) -> Vec<&Setting<String>> {
    let mut texts = vec![&account.name];
    for identity in &account.identities {
        texts.extend([&identity.address, &identity.name, &identity.reply_to]);
    }
    let servers = [&account.incoming, &account.outgoing].into_iter().flatten();
    texts.extend(servers.flat_map(|server| [&server.host, &server.username]));
    texts
}

/// Checks the places of a reading; those of values with marks of escape in the file only for lying in it.
fn check(reading: &Reading) {
    for account in &reading.accounts {
        for text in texts(account) {
            let (Some(value), Some(at)) = (text.text(), text.at()) else { continue };
            let stands = at.file.slice(at.span);
            let is_escaped = stands.contains(['&', '<', '\\']) || stands.contains('\u{FFFD}');
            assert!(is_escaped || stands == value, "{value:?} is said to stand at {stands:?}");
            assert!(at.file.form() == Form::Listing || at.start().line > 0);
        }
        for secret in &account.secrets {
            assert!(secret.at.file.slice(secret.at.span).chars().all(|c| matches!(c, '*' | '\n' | '\r')));
        }
    }
}

fn read(format: &dyn ClientFormat, name: &str, bytes: &[u8]) {
    let bundle = Bundle::single(show::input(name, bytes));
    for limits in [Limits::default(), Limits { nodes: 7, depth: 2, string_bytes: 9, accounts: 1, ..Limits::default() }]
    {
        if let Some(reading) = format.read(&bundle, &limits) {
            check(&reading);
        }
    }
}

/// A record of an `.iaf`: mostly of a known property, mostly of the length that it says.
fn record() -> impl Strategy<Value = Vec<u8>> {
    let id = prop_oneof![4 => 4661_u32..5180, 1 => any::<u32>()];
    let data =
        prop_oneof![any::<[u8; 4]>().prop_map(|data| data.to_vec()), proptest::collection::vec(any::<u8>(), 0..20)];
    (id, 1001_u32..1016, data, 0_u32..40).prop_map(|(id, kind, data, more)| {
        let tag = id.wrapping_shl(16) | kind;
        let len = u32::try_from(data.len()).unwrap() + u32::from(more == 0);
        [&tag.to_le_bytes(), &len.to_le_bytes(), data.as_slice()].concat()
    })
}

/// Pieces of XML, in any order.
fn xml(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![4 => proptest::sample::select(words).prop_map(str::to_owned), 1 => ".{0,6}"],
        0..40,
    )
    .prop_map(|pieces| pieces.concat())
}

const OEACCOUNT: &[&str] = &[
    "<MessageAccount>",
    "</MessageAccount>",
    "<POP3_Server type=\"SZ\">mail.example.org</POP3_Server>",
    "<IMAP_Server type=\"SZ\">Büro &amp; Co</IMAP_Server>",
    "<POP3_Port type=\"DWORD\">3e3</POP3_Port>",
    "<SMTP_Use_Sicily type=\"DWORD\">",
    "</SMTP_Use_Sicily>",
    "<POP3_Password2 type=\"BINARY\">",
    "hunter2",
    "</POP3_Password2>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "\n",
];

const AUTODISCOVER: &[&str] = &[
    "<Autodiscover>",
    "<Response>",
    "<Account>",
    "<Protocol>",
    "</Protocol>",
    "</Account></Response></Autodiscover>",
    "<Type>POP3</Type>",
    "<Type>SMTP</Type>",
    "<Server>mail.example.org</Server>",
    "<Port>99999</Port>",
    "<SSL>on</SSL>",
    "<SPA>",
    "off",
    "</SPA>",
    "<UsePOPAuth>on</UsePOPAuth>",
];

const INI: &[&str] = &[
    "[Account]\n",
    "[Settings]\n",
    "[Accounts]\n",
    "[Account1]\n",
    "[Persona-x]\n",
    "[WinPMail Identity - x]\n",
    "MailServer=mail.example.org\n",
    "POPAccount=a@b@mail.example.org\n",
    "SMTPServer = mail.example.org \n",
    "Incoming Protocol=POP\n",
    "Incoming Port=99999999999\n",
    "Remove From Server Delay=4294967295\n",
    "Internet E-mail Address=anna@example.org\n",
    "PassWd=hunter2\n",
    "LeaveServer=1\n",
    "KeepDays=x\n",
    "; a comment\n",
    "no entry\n",
];

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for format in crate::FORMATS {
            read(*format, "any.bin", &bytes);
        }
    }

    #[test]
    fn any_records_are_read(version in 0_u8..9, kind in 0_u8..4, records in proptest::collection::vec(record(), 0..12)) {
        let bytes = [b"fMAI\0\0".as_slice(), &[version, 0, kind, 0, 0, 0], &records.concat()].concat();
        read(&EXPRESS_IAF, "any.iaf", &bytes);
    }

    #[test]
    fn any_elements_of_an_oeaccount_are_read(text in xml(OEACCOUNT)) {
        read(&OeAccount, "any.oeaccount", format!("<MessageAccount>{text}").as_bytes());
    }

    #[test]
    fn any_elements_of_autodiscover_are_read(text in xml(AUTODISCOVER)) {
        read(&Autodiscover, "any.xml", format!("<Autodiscover><Response><Account>{text}").as_bytes());
    }

    #[test]
    fn any_lines_of_an_ini_file_are_read(lines in proptest::collection::vec(proptest::sample::select(INI), 0..30)) {
        for format in [&Becky as &dyn ClientFormat, &Eudora, &OperaMail, &Pegasus] {
            read(format, "any.ini", lines.concat().as_bytes());
        }
    }
}
