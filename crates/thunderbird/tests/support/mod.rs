//! What the tests of this crate share: a folder on the disk as bundles, and a reading as text.

#![allow(clippy::disallowed_methods, reason = "tests read their own data")]
#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use maillint_model::{Account, Bundle, ClientFormat, FormatMeta, Input, Probe, Reading, Recognition, Server, Setting};
use maillint_source::{Limits, Location};
use maillint_thunderbird::FORMATS;

/// All files below a folder, in order.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

fn input(root: &Path, path: &Path) -> Option<Input> {
    let bytes = std::fs::read(path).ok()?;
    let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
    Some(Input { name, path: path.to_string_lossy().into_owned(), bytes })
}

/// A file with its companions.
pub(crate) fn bundle(root: &Path, main: &Path, meta: &FormatMeta) -> Bundle {
    let mut bundle = Bundle::single(input(root, main).unwrap());
    let folder = main.parent().unwrap();
    for pattern in meta.companions {
        let mut folder = folder.to_owned();
        let mut name = *pattern;
        while let Some(rest) = name.strip_prefix("../") {
            folder.pop();
            name = rest;
        }
        if !folder.starts_with(root) {
            continue;
        }
        let paths = match name.strip_prefix('*') {
            Some(ending) => {
                files(&folder).into_iter().filter(|path| path.to_string_lossy().ends_with(ending)).collect()
            }
            None => vec![folder.join(name)],
        };
        let found = paths.iter().filter_map(|path| input(root, path));
        bundle.companions.extend(found.map(|input| (*pattern, input)));
    }
    bundle
}

/// Every reading of every file below a folder that some format of the family takes.
pub(crate) fn readings(root: &Path) -> Vec<(String, &'static dyn ClientFormat, Reading)> {
    let mut readings = Vec::new();
    let all = files(root);
    let companions = all.iter().filter(|path| path.ends_with("prefs.js")).flat_map(|path| {
        let found = bundle(root, path, FORMATS[0].meta()).companions;
        found.into_iter().map(|(_, input)| PathBuf::from(input.path))
    });
    let companions: Vec<PathBuf> = companions.collect();
    for path in all.into_iter().filter(|path| !companions.contains(path)) {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let probe = Probe::new(&name, &bytes[..bytes.len().min(4096)], bytes.len() as u64);
        for format in FORMATS {
            if format.recognise(&probe) == Recognition::No {
                continue;
            }
            let bundle = bundle(root, &path, format.meta());
            if let Some(reading) = format.read(&bundle, &Limits::default()) {
                readings.push((bundle.main.name.clone(), *format, reading));
                break;
            }
        }
    }
    readings
}

/// A reading as people would note it down: every value with where it comes from.
pub(crate) fn show(name: &str, reading: &Reading) -> String {
    let mut out = format!("{name}: {}\n", reading.outcome.as_str());
    for account in &reading.accounts {
        show_account(&mut out, account);
    }
    for note in &reading.notes {
        let at = note.at.as_ref().map_or_else(String::new, |at| format!(" {}", place(at)));
        writeln!(out, "\n({}{at}) {}", note.kind.as_str(), note.message).unwrap();
    }
    out
}

fn show_account(out: &mut String, account: &Account) {
    let remark = account.remark.as_ref().map_or_else(String::new, |remark| format!(", {remark}"));
    let default = if account.is_default { ", default" } else { "" };
    let version = account.client_version.as_deref().unwrap_or("version unknown");
    let profile = account.profile.as_deref().unwrap_or("-");
    writeln!(out, "\n{} ({}{default}{remark}), {version}, profile {profile}", account.key, account.status.as_str())
        .unwrap();
    line(out, "name", &account.name);
    for identity in &account.identities {
        line(out, "address", &identity.address);
        line(out, "person", &identity.name);
        if identity.reply_to.value().is_some() {
            line(out, "reply to", &identity.reply_to);
        }
        if let Some(server) = &identity.outgoing {
            show_server(out, "own outgoing", server);
        }
    }
    for (side, server) in [("incoming", &account.incoming), ("outgoing", &account.outgoing)] {
        if let Some(server) = server {
            show_server(out, side, server);
        }
    }
    for gap in &account.no_outgoing {
        let why =
            gap.named_at.as_ref().map_or("none is set up".to_owned(), |at| format!("none named so at {}", place(at)));
        writeln!(out, "  outgoing of identity {}: {why}", gap.identity + 1).unwrap();
    }
    if let Some(retention) = &account.retention {
        line(out, "leave on server", &retention.leave_on_server);
        let days = |days: Option<u32>| days.map_or_else(|| "never".to_owned(), |days| days.to_string());
        line(out, "remove after days", &retention.remove_after_days.clone().map(days));
        line(out, "remove when deleted", &retention.remove_when_deleted);
    }
    if account.min_tls.value().is_some() {
        line(out, "lowest TLS", &account.min_tls.clone().map(|(major, minor)| format!("{major}.{minor}")));
    }
    if let Some(proxy) = &account.proxy {
        line(out, "proxy", proxy);
    }
}

fn show_server(out: &mut String, side: &str, server: &Server) {
    writeln!(out, "  {side} {} {}", server.protocol.as_str(), server.key.as_deref().unwrap_or("-")).unwrap();
    line(out, "  host", &server.host);
    line(out, "  port", &server.port);
    line(out, "  security", &server.security.clone().map(|security| security.as_str().to_owned()));
    line(out, "  sign-in", &server.auth.clone().map(|auth| auth.as_str().to_owned()));
    line(out, "  user name", &server.username);
    if let Some(at) = &server.certificate_exception {
        writeln!(out, "    certificate exception {}", place(at)).unwrap();
    }
}

fn line<T: std::fmt::Display>(out: &mut String, name: &str, setting: &Setting<T>) {
    let value = setting.value().map_or_else(|| "?".to_owned(), ToString::to_string);
    let at = setting.at().map_or_else(String::new, |at| format!(" {}", place(at)));
    let managed = if setting.is_managed() { " managed" } else { "" };
    writeln!(out, "  {name}: {value} [{}{at}{managed}]", setting.origin().as_str()).unwrap();
}

/// File, line and column; the file without its folder.
fn place(at: &Location) -> String {
    let full = format!("{at:?}");
    full.rsplit('/').next().unwrap_or(&full).to_owned()
}
