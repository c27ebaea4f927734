//! `.iaf`: an account as Outlook Express, Outlook 98 and 2000, Windows Mail and Windows Live Mail export it
//! (`formats/outlook.md` §5.1).
//!
//! A header of twelve bytes, then until the end: tag, length, data, the first two as 32-bit little-endian numbers. A tag
//! is a property's number times 65536 and a type. One account a file, all of its values written out, those of protocols
//! that it does not use included.

use std::sync::Arc;

use maillint_model::{
    Account, AccountKind, Bundle, Change, ClientFormat, FormatMeta, Input, Note, NoteKind, Probe, Protocol, Reading,
    Recognition, Role, Server,
};
use maillint_source::{Limits, Location, SecretKind, SourceFile, Span, decode};
use maillint_syntax::plist::{Kind, Listing, Value};

use crate::express::{self, Program};
use crate::steps;
use crate::values::Values;

/// An exported account, of the clients that write it in one of the two forms.
pub struct Iaf {
    meta: &'static FormatMeta,
    /// Whether it is the form of Windows Mail.
    is_live: bool,
}

/// An export of Outlook Express, or of a version that is not known.
pub static EXPRESS_IAF: Iaf = Iaf { meta: &META, is_live: false };

/// An export of Windows Mail or Windows Live Mail.
pub static WINDOWS_MAIL_IAF: Iaf = Iaf { meta: &WINDOWS_MAIL, is_live: true };

static META: FormatMeta = FormatMeta {
    id: "outlook-express-iaf",
    client: "outlook-express",
    client_name: "Outlook Express",
    what: "account exported from Outlook Express (.iaf)",
    places: &["wherever it was saved: Tools > Accounts... > Export..."],
    names: &["*.iaf"],
    companions: &[],
    role: Role::Accounts,
};

static WINDOWS_MAIL: FormatMeta = FormatMeta {
    id: "windows-mail-iaf",
    client: "windows-mail",
    client_name: "Windows Mail",
    what: "account exported from Windows Mail or Windows Live Mail (.iaf)",
    places: &["wherever it was saved: Tools > Accounts... > Export..."],
    names: &["*.iaf"],
    companions: &[],
    role: Role::Accounts,
};

const MAGIC: &[u8] = b"fMAI";

impl ClientFormat for Iaf {
    fn meta(&self) -> &'static FormatMeta {
        self.meta
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        if probe.head.starts_with(MAGIC) && is_live(probe.head) == self.is_live {
            Recognition::Yes
        } else {
            Recognition::No
        }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        read(&bundle.main, limits)
    }

    fn steps(&self, change: &Change, account: &Account) -> Vec<String> {
        steps::express(change, account)
    }
}

/// The programs that write the two forms.
const EXPRESS: u8 = 5;
const LIVE: u8 = 7;

/// Whether a file is an export of Windows Mail or Windows Live Mail, by its start.
fn is_live(head: &[u8]) -> bool {
    head.strip_prefix(MAGIC).and_then(|header| header.get(2)) == Some(&LIVE)
}

/// Reads a file of either form, as the client's that its header names.
fn read(input: &Input, limits: &Limits) -> Option<Reading> {
    let (header, records) = input.bytes.strip_prefix(MAGIC)?.split_at_checked(8)?;
    let (version, kind) = (header[2], header[4]);
    let mut notes = Vec::new();
    if version != EXPRESS && version != LIVE {
        notes.push(Note::new(NoteKind::NotUnderstood, "This file is of a version of the format that is not known."));
    }
    let mut fields =
        Fields { strings: if version == LIVE { Strings::Utf16 } else { Strings::Ansi }, items: Vec::new() };
    let missing = fields.read(records, limits);
    let is_whole = missing.is_none();
    let (mut values, file) = fields.list(&input.name, limits);
    let start = Location::new(&file, Span::empty(0));
    if let Some(missing) = missing {
        values.break_off();
        notes.push(missing);
    }

    let (meta, program) =
        if version == LIVE { (&WINDOWS_MAIL, Program::WindowsMail) } else { (&META, Program::OutlookExpress) };
    let mut account = Account::new(meta, start, input.stem());
    account.kind = AccountKind::Export;
    express::fill(&mut account, &values, program);
    // What the header says, where no server does.
    let named = match kind {
        0 => Some((Protocol::News, "news, not mail")),
        2 => Some((Protocol::Directory, "an address book, not a mail account")),
        _ => None,
    };
    if let (None, Some((protocol, remark))) = (&account.incoming, named) {
        account.incoming = Some(Server::new(protocol));
        account.identities.clear();
        account.remark = Some(remark.to_owned());
    }
    if !is_whole && account.incoming.is_none() {
        return Some(Reading::new(Vec::new(), notes));
    }
    if !account.secrets.is_empty() && version == EXPRESS {
        let message = "This file holds a password that anyone who has the file can read. Delete the file when it is no \
                       longer needed, and change the password if the file was sent to anyone.";
        notes.push(Note::new(NoteKind::Info, message));
    }
    Some(Reading::new(vec![account], notes))
}

/// Bytes that stand before a password, its length among them: a value of no more holds none.
const PASSWORD_HEADER: usize = 6;

/// How texts are stored.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strings {
    Ansi,
    Utf16,
}

/// A value of the file. Of a secret, nothing is kept.
enum Data {
    Text(String),
    Number(u32),
    Secret,
    /// Of no use here, or not of the length that its type has.
    Other,
}

/// The values of the known properties, in order.
struct Fields {
    strings: Strings,
    items: Vec<(&'static str, Data)>,
}

impl Fields {
    /// Takes in the records; why some of them are missing, if so.
    fn read(&mut self, records: &[u8], limits: &Limits) -> Option<Note> {
        let mut rest = records;
        while !rest.is_empty() {
            let Some((tag, data, after)) = record(rest) else {
                let message = "This file breaks off in the middle of a value: its end is missing.";
                return Some(Note::new(NoteKind::NotUnderstood, message));
            };
            rest = after;
            if let Some(name) = property(tag >> 16) {
                let many = "the file holds too many values";
                let long = (data.len() > limits.string_bytes).then(|| "a value is too long to be read".to_owned());
                if let Some(why) = long.or_else(|| limits.over(self.items.len() + 1, many)) {
                    return Some(Note::left_out(&why));
                }
                self.items.extend(self.data(name, tag & 0xFFFF, data).map(|data| (name, data)));
            }
        }
        None
    }

    /// Reads data by its type (`PROPTYPE`); `None` for a password that is not stored.
    fn data(&self, name: &str, kind: u32, data: &[u8]) -> Option<Data> {
        if kind == 1014 || name.ends_with(" Password2") {
            return (data.len() > PASSWORD_HEADER).then_some(Data::Secret);
        }
        Some(match (kind, data) {
            (1008, _) => Data::Text(text(data, self.strings)),
            (1012, _) => Data::Text(text(data, Strings::Utf16)),
            (1001 | 1002 | 1010 | 1013, [a, b, c, d]) => Data::Number(u32::from_le_bytes([*a, *b, *c, *d])),
            (1003 | 1004, [a, b]) => Data::Number(u32::from(u16::from_le_bytes([*a, *b]))),
            (1005 | 1006, [a]) => Data::Number(u32::from(*a)),
            _ => Data::Other,
        })
    }

    /// The values at their places in a listing.
    fn list(self, name: &str, limits: &Limits) -> (Values, Arc<SourceFile>) {
        let mut listing = Listing::new(limits);
        let mut spans = Vec::new();
        for (name, data) in &self.items {
            let kind = match data {
                Data::Text(text) => Kind::String(text.clone()),
                Data::Number(number) => Kind::Integer(i128::from(*number)),
                // Of one length, whatever was there.
                Data::Secret => Kind::String("********".to_owned()),
                Data::Other => Kind::Other,
            };
            let mut value = Value::unlisted(kind);
            listing.write(name, &mut value);
            spans.push(value.span);
        }
        let secrets: Vec<Span> = self
            .items
            .iter()
            .zip(&spans)
            .filter(|((_, data), _)| matches!(data, Data::Secret))
            .map(|(_, span)| *span)
            .collect();
        let file = SourceFile::listing(name, listing.into_text().0, &secrets);
        let mut values = Values::default();
        for ((name, data), span) in self.items.into_iter().zip(spans) {
            let at = Location::new(&file, span);
            match data {
                Data::Text(text) => values.put(name, Some(text), None, at),
                Data::Number(number) => values.put(name, None, Some(number), at),
                Data::Secret => values.secret(SecretKind::Protected, at),
                Data::Other => values.put(name, None, None, at),
            }
        }
        (values, file)
    }
}

/// Tag and data of the first record, and what follows it; `None` where it is cut off.
fn record(bytes: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let (tag, rest) = number(bytes)?;
    let (len, rest) = number(rest)?;
    let (data, rest) = rest.split_at_checked(usize::try_from(len).ok()?)?;
    Some((tag, data, rest))
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    bytes.split_first_chunk().map(|(number, rest)| (u32::from_le_bytes(*number), rest))
}

/// The text up to its NUL; there may be several.
fn text(data: &[u8], strings: Strings) -> String {
    match strings {
        Strings::Ansi => {
            let end = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
            decode(&data[..end]).text
        }
        Strings::Utf16 => {
            let units = data.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            char::decode_utf16(units.take_while(|unit| *unit != 0))
                .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect()
        }
    }
}

/// The properties that make an account, by number, under the names that the registry has for them. The others are not
/// even listed.
fn property(id: u32) -> Option<&'static str> {
    Some(match id {
        4661 => "Account Name",
        4760 => "IMAP Server",
        4761 => "IMAP User Name",
        4762 => "IMAP Password2",
        4764 => "IMAP Use Sicily",
        4765 => "IMAP Port",
        4766 => "IMAP Secure Connection",
        4960 => "NNTP Server",
        4962 => "NNTP Password2",
        5060 => "POP3 Server",
        5061 => "POP3 User Name",
        5062 => "POP3 Password2",
        5064 => "POP3 Use Sicily",
        5065 => "POP3 Port",
        5066 => "POP3 Secure Connection",
        5068 => "Leave Mail On Server",
        5069 => "Remove When Deleted",
        5070 => "Remove When Expired",
        5071 => "Expire Days",
        5072 => "POP3 Skip Account",
        5160 => "SMTP Server",
        5161 => "SMTP User Name",
        5162 => "SMTP Password2",
        5164 => "SMTP Use Sicily",
        5165 => "SMTP Port",
        5166 => "SMTP Secure Connection",
        5168 => "SMTP Display Name",
        5170 => "SMTP Email Address",
        5171 => "SMTP Reply To Email Address",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use maillint_model::{Bundle, ClientFormat, NoteKind};
    use maillint_source::Limits;

    use super::EXPRESS_IAF;
    use crate::show;

    fn notes(bytes: &[u8], limits: &Limits) -> Vec<NoteKind> {
        let reading = EXPRESS_IAF.read(&Bundle::single(show::input("a.iaf", bytes)), limits).unwrap();
        reading.notes.iter().map(|note| note.kind).collect()
    }

    #[test]
    fn a_limit_is_no_damage() {
        let tag = 5060_u32 * 65_536 + 1008;
        let record = [&tag.to_le_bytes(), &4_u32.to_le_bytes(), b"mail".as_slice()].concat();
        let bytes = [b"fMAI\0\0\x05\0\x01\0\0\0".as_slice(), &record.repeat(3)].concat();
        assert_eq!(notes(&bytes, &Limits { nodes: 3, string_bytes: 4, ..Limits::default() }), []);
        assert_eq!(notes(&bytes, &Limits { nodes: 2, ..Limits::default() }), [NoteKind::Limit]);
        assert_eq!(notes(&bytes, &Limits { string_bytes: 3, ..Limits::default() }), [NoteKind::Limit]);
        assert_eq!(notes(&bytes[..bytes.len() - 1], &Limits::default()), [NoteKind::NotUnderstood]);
    }
}
