//! `cert_override.txt`: certificates that did not check out and were accepted for ever.

use std::sync::Arc;

use maillint_model::Server;
use maillint_source::{Location, SourceFile, Span, decode};

/// The stored exceptions of a profile.
pub(crate) struct Exceptions {
    file: Arc<SourceFile>,
    entries: Vec<(String, u16, Span)>,
}

impl Exceptions {
    /// Lines start with `host:port`, in newer versions followed by `:` and attributes; then tab-separated fields.
    pub(crate) fn read(name: &str, bytes: &[u8]) -> Self {
        let file = SourceFile::seal(name, decode(bytes), &[]);
        let mut entries = Vec::new();
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
            if let Ok(port) = port.parse() {
                entries.push((bare(host), port, Span::new(start, start + place.len())));
            }
        }
        Self { file, entries }
    }

    /// Notes on a server that its certificate was accepted for ever.
    pub(crate) fn mark(&self, server: &mut Server) {
        let (Some(host), Some(port)) = (server.host.text().map(bare), server.port.get()) else { return };
        let hit = self.entries.iter().find(|(other, other_port, _)| *other == host && *other_port == port);
        server.certificate_exception = hit.map(|(_, _, span)| Location::new(&self.file, *span));
    }
}

fn bare(host: &str) -> String {
    host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use maillint_model::{Protocol, Server, Setting};

    use super::Exceptions;

    #[test]
    fn an_exception_is_for_one_host_and_port() {
        let file = "# PSM Certificate Override Settings file\n# This is a generated file!  Do not edit.\n\
                    mail.example.org:993:\tOID.2.16\tAA:BB\tMU\tserial\nmail.example.net:465\tOID.2.16\tAA:BB\tU\tserial\n";
        let exceptions = Exceptions::read("cert_override.txt", file.as_bytes());
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
}
