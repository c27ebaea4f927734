//! `account{GUID}.oeaccount`: one account of Windows Mail or Windows Live Mail (`formats/outlook.md` §5.2).
//!
//! Only what differs from the default is written. A `DWORD` is hexadecimal without prefix; an `SZ` of `0` or `FALSE` is
//! an empty text.

use std::sync::Arc;

use maillint_model::{
    Account, Bundle, Change, ClientFormat, FormatMeta, Note, NoteKind, Notes, Probe, Reading, Recognition, Role, shown,
};
use maillint_source::{Limits, Location, SecretKind, SourceFile};
use maillint_syntax::xml::Element;

use crate::express::{self, Program};
use crate::steps;
use crate::values::Values;
use crate::xml_file::{self, XmlFile};

/// The format.
pub struct OeAccount;

static META: FormatMeta = FormatMeta {
    id: "windows-mail-oeaccount",
    client: "windows-mail",
    client_name: "Windows Mail",
    what: "account file of Windows Mail or Windows Live Mail (.oeaccount)",
    places: &[
        "Windows Vista: %LOCALAPPDATA%\\Microsoft\\Windows Mail\\Local Folders\\account{…}.oeaccount",
        "Windows, with Windows Live Mail: %LOCALAPPDATA%\\Microsoft\\Windows Live Mail\\<account>\\account{…}.oeaccount",
    ],
    names: &["*.oeaccount"],
    companions: &[],
    role: Role::Accounts,
};

/// The outermost element.
const ROOT: &str = "MessageAccount";

impl ClientFormat for OeAccount {
    fn meta(&self) -> &'static FormatMeta {
        &META
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        if xml_file::has_element(probe, ROOT) {
            Recognition::Yes
        } else if probe.is_named(".oeaccount") {
            Recognition::Maybe
        } else {
            Recognition::No
        }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        let XmlFile { file, root, mut notes } = xml_file::read(&bundle.main, ROOT, limits)?;
        let is_damaged = !notes.is_empty();
        let mut about_values = Notes::new(limits);
        let mut values = values(&root, &file, &mut about_values);
        notes.extend(about_values.into_vec());
        if is_damaged {
            values.break_off();
        }
        // The name of the file is made of the account's GUID.
        let mut account = Account::new(&META, Location::new(&file, root.name.span), bundle.main.stem());
        express::fill(&mut account, &values, Program::WindowsMail);
        if is_damaged && account.incoming.is_none() {
            notes.push(Note::new(NoteKind::NotUnderstood, "No incoming server stands in what could be read."));
            return Some(Reading::new(Vec::new(), notes));
        }
        Some(Reading::new(vec![account], notes))
    }

    fn steps(&self, change: &Change, account: &Account) -> Vec<String> {
        steps::express(change, account)
    }
}

/// The elements as values, under the names that the registry has for them: `POP3_Server` is `POP3 Server`.
fn values(root: &Element, file: &Arc<SourceFile>, notes: &mut Notes) -> Values {
    let mut values = Values::default();
    for element in &root.children {
        let name = element.name.value.replace('_', " ");
        let text = element.text.value.as_str();
        let at = Location::new(file, if text.is_empty() { element.name.span } else { element.text.span });
        if xml_file::is_secret_element(&element.name.value) {
            if !text.is_empty() {
                values.secret(SecretKind::Protected, at);
            }
            continue;
        }
        let kind = element.attribute("type").map(|kind| kind.value.to_ascii_uppercase());
        match kind.as_deref() {
            Some("SZ") if text.is_empty() || text == "0" || text.eq_ignore_ascii_case("FALSE") => {}
            Some("SZ") => values.put(&name, Some(text.to_owned()), None, at),
            Some("DWORD") => {
                let number = dword(text);
                if number.is_none() {
                    let name = shown(&element.name.value);
                    let message = format!("{name} should be a hexadecimal number; what is set was not understood.");
                    let note = Note::at(NoteKind::NotUnderstood, message, at.clone());
                    notes.add("values that should be hexadecimal numbers", note);
                }
                values.put(&name, None, number, at);
            }
            _ => values.put(&name, None, None, at),
        }
    }
    values
}

/// `3e3` is 995; `TRUE` and `FALSE` are 1 and 0.
fn dword(text: &str) -> Option<u32> {
    match text {
        _ if text.eq_ignore_ascii_case("TRUE") => Some(1),
        _ if text.eq_ignore_ascii_case("FALSE") => Some(0),
        // `from_str_radix` takes a sign.
        _ if text.starts_with('+') => None,
        _ => u32::from_str_radix(text, 16).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::OeAccount;
    use crate::show;

    #[test]
    fn values_that_are_no_numbers_are_counted_after_the_first() {
        let name = "N".repeat(1_000);
        let values = format!("<{name} type=\"DWORD\">x</{name}>").repeat(50);
        let text =
            format!("<MessageAccount><POP3_Server type=\"SZ\">mail.example.org</POP3_Server>{values}</MessageAccount>");
        let reading = show::read(&OeAccount, "a.oeaccount", text.as_bytes()).unwrap();
        assert_eq!((reading.accounts.len(), reading.notes.len()), (1, 21));
        assert!(reading.notes.iter().all(|note| note.message.len() < 200));
        assert_eq!(reading.notes[20].message, "There are 30 more values that should be hexadecimal numbers.");
    }
}
