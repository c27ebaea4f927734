//! `cert_override.txt`: certificates that did not check out and were accepted for ever.

use std::collections::HashMap;
use std::sync::Arc;

use maillint_model::{Note, Notes, Server};
use maillint_source::{Limits, Location, SourceFile, Span, decode};

/// The stored exceptions of a profile.
pub(crate) struct Exceptions {
    file: Arc<SourceFile>,
    /// The first of each host and port.
    entries: HashMap<(String, u16), Span>,
}

impl Exceptions {
    /// Lines start with `host:port`, in newer versions followed by `:` and attributes; then tab-separated fields.
    pub(crate) fn read(name: &str, bytes: &[u8], limits: &Limits, notes: &mut Notes) -> Self {
        let file = SourceFile::seal(name, decode(bytes), &[]);
        let mut entries = HashMap::new();
        let mut lines = 0;
        let mut at = 0;
        for line in file.text().split_inclusive('\n') {
            let start = at;
            at += line.len();
            let field = line.split(['\t', ' ', '\r', '\n']).next().unwrap_or("");
            if field.is_empty() || field.starts_with('#') {
                continue;
            }
            // Attributes are `^key=value`; without any, newer versions leave a colon behind.
            let place = field.split('^').next().unwrap_or(field).trim_end_matches(':');
            let Some((host, port)) = place.rsplit_once(':') else { continue };
            lines += 1;
            if let Some(why) = limits.over(lines, "there are too many accepted certificates") {
                let end = Location::new(&file, Span::empty(start));
                notes.push(Note { at: Some(end), ..Note::left_out(&why) });
                break;
            }
            if let Ok(port) = port.parse() {
                entries.entry((bare(host), port)).or_insert(Span::new(start, start + place.len()));
            }
        }
        Self { file, entries }
    }

    /// Notes on a server that its certificate was accepted for ever.
    pub(crate) fn mark(&self, server: &mut Server) {
        let (Some(host), Some(port)) = (server.host.text().map(bare), server.port.get()) else { return };
        server.certificate_exception = self.entries.get(&(host, port)).map(|span| Location::new(&self.file, *span));
    }
}

fn bare(host: &str) -> String {
    host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use maillint_model::{Notes, Protocol, Server, Setting};
    use maillint_source::Limits;

    use super::Exceptions;

    #[test]
    fn an_exception_is_for_one_host_and_port() {
        let file = "# PSM Certificate Override Settings file\n# This is a generated file!  Do not edit.\n\
                    mail.example.org:993:\tOID.2.16\tAA:BB\tMU\tserial\nmail.example.net:465\tOID.2.16\tAA:BB\tU\tserial\n";
        let limits = Limits::default();
        let exceptions = Exceptions::read("cert_override.txt", file.as_bytes(), &limits, &mut Notes::new(&limits));
        let mark = |host: &str, port: u16| {
            let mut server = Server::new(Protocol::Imap);
            server.host = Setting::default(host.to_owned());
            server.port = Setting::default(port);
            exceptions.mark(&mut server);
            server.certificate_exception.map(|at| at.file.slice(at.span).to_owned())
        };
        assert_eq!(mark("Mail.Example.org", 993), Some("mail.example.org:993".to_owned()));
        assert_eq!(mark("mail.example.net", 465), Some("mail.example.net:465".to_owned()));
        assert_eq!(mark("mail.example.org", 143), None);
    }

    #[test]
    fn the_first_of_many_counts_and_too_many_are_told() {
        let file = "a.example.org:993:\ta\na.example.org:993:\tb\nb.example.org:993:\tc\n";
        let few = Limits { nodes: 2, ..Limits::default() };
        let mut notes = Notes::new(&few);
        let exceptions = Exceptions::read("cert_override.txt", file.as_bytes(), &few, &mut notes);
        let place = |host: &str| exceptions.entries.get(&(host.to_owned(), 993)).map(|span| span.start);
        assert_eq!((place("a.example.org"), place("b.example.org")), (Some(0), None));
        let notes: Vec<String> = notes.into_vec().into_iter().map(|note| note.message).collect();
        assert_eq!(notes, ["There are too many accepted certificates; the rest was left out."]);
    }
}
