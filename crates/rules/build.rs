//! Turns `facts/providers.toml` into static tables, so that nothing is parsed at start, and the built-in policies into
//! JSON, which is read in a sixth of the time. The letters that look like others come out of the tables of
//! `unicode-security`. What is looked up is text and offsets into it: every start has to put each pointer right.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, error::Error, fs};

use serde::Deserialize;
use unicode_security::confusable_detection::skeleton;

#[derive(Deserialize)]
struct Facts {
    as_of: toml::value::Datetime,
    provider: Vec<Provider>,
}

#[derive(Deserialize)]
struct Provider {
    id: String,
    name: Option<String>,
    domains: Vec<String>,
    servers: Vec<Server>,
}

#[derive(Deserialize)]
struct Server {
    protocol: String,
    host: String,
    port: u16,
    security: String,
    auth: Vec<String>,
    username: Option<String>,
}

#[allow(clippy::disallowed_methods, reason = "a build script reads the files it is told to and writes to OUT_DIR")]
fn main() -> Result<(), Box<dyn Error>> {
    let path = "facts/providers.toml";
    println!("cargo::rerun-if-changed={path}");
    println!("cargo::rerun-if-changed=build.rs");
    let facts: Facts = toml::from_str(&fs::read_to_string(path)?)?;
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    fs::write(out.join("providers.rs"), tables(&facts)?)?;
    fs::write(out.join("lookalikes.rs"), lookalikes()?)?;
    for name in ["hosting", "rfc8314"] {
        let path = format!("policies/{name}.toml");
        println!("cargo::rerun-if-changed={path}");
        let policy: toml::Value = toml::from_str(&fs::read_to_string(path)?)?;
        fs::write(out.join(format!("{name}.json")), serde_json::to_string(&policy)?)?;
    }
    Ok(())
}

#[allow(clippy::use_debug, reason = "the Debug form of a text is the literal of it")]
fn tables(facts: &Facts) -> Result<String, Box<dyn Error>> {
    let mut domains: BTreeMap<String, usize> = BTreeMap::new();
    let mut hosts: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut code = format!(
        "/// The day of the provider database that the tables were made from.\npub(crate) const AS_OF: &str = {:?};\n\n",
        facts.as_of.to_string()
    );
    writeln!(code, "pub(crate) static PROVIDERS: &[Provider] = &[")?;
    for (index, provider) in facts.provider.iter().enumerate() {
        let name = provider.name.as_deref().unwrap_or(&provider.id);
        writeln!(code, "    Provider {{ id: {:?}, name: {name:?}, servers: &[", provider.id)?;
        for server in &provider.servers {
            let auth = server.auth.iter().map(|auth| auth_variant(auth)).collect::<Result<Vec<_>, _>>()?.join(", ");
            writeln!(
                code,
                "        Published {{ protocol: Protocol::{}, host: {:?}, port: {}, security: Security::{}, auth: &[{auth}], username: {:?} }},",
                protocol_variant(&server.protocol)?,
                server.host.to_lowercase(),
                server.port,
                security_variant(&server.security)?,
                server.username,
            )?;
            if !server.host.contains('{') {
                let users = hosts.entry(server.host.to_lowercase()).or_default();
                if users.last() != Some(&index) {
                    users.push(index);
                }
            }
        }
        writeln!(code, "    ] }},")?;
        for domain in &provider.domains {
            domains.entry(domain.to_lowercase()).or_insert(index);
        }
    }
    writeln!(code, "];\n")?;
    let mut names = String::new();
    writeln!(code, "/// Mail domains, sorted.\npub(crate) static DOMAINS: &[Entry] = &[")?;
    for (domain, index) in &domains {
        let (offset, len) = push(&mut names, domain)?;
        writeln!(code, "    Entry {{ offset: {offset}, len: {len}, provider: {} }},", u8::try_from(*index)?)?;
    }
    writeln!(
        code,
        "];\n\n/// Published server names, sorted; one that several publish stands here several times.\n\
         pub(crate) static HOSTS: &[Entry] = &["
    )?;
    for (host, indices) in &hosts {
        let (offset, len) = push(&mut names, host)?;
        for index in indices {
            writeln!(code, "    Entry {{ offset: {offset}, len: {len}, provider: {} }},", u8::try_from(*index)?)?;
        }
    }
    writeln!(code, "];\n\n/// The names of [`DOMAINS`] and [`HOSTS`].\npub(crate) static NAMES: &str = {names:?};")?;
    Ok(code)
}

/// Where a text stands that is put at the end of others: offset and length.
fn push(texts: &mut String, text: &str) -> Result<(u16, u8), std::num::TryFromIntError> {
    let place = (u16::try_from(texts.len())?, u8::try_from(text.len())?);
    texts.push_str(text);
    Ok(place)
}

/// What each letter looks like (the skeleton of UTS #39), where that is not itself.
fn lookalikes() -> Result<String, Box<dyn Error>> {
    let mut shapes = String::new();
    let mut code = "/// Letters, and where in [`SHAPES`] stands what they look like: offset and length. Sorted.\n\
                    pub(crate) static LOOKALIKES: &[(char, u16, u8)] = &[\n"
        .to_owned();
    let mut known: BTreeMap<String, (u16, u8)> = BTreeMap::new();
    // The syllables of Hangul fall apart into their letters and look like nothing else.
    for letter in ('\0'..=char::MAX).filter(|letter| !('\u{AC00}'..='\u{D7A3}').contains(letter)) {
        let shape: String = skeleton(letter.encode_utf8(&mut [0; 4])).collect();
        if shape.chars().eq([letter]) {
            continue;
        }
        let (offset, len) = match known.get(&shape) {
            Some(place) => *place,
            None => push(&mut shapes, &shape)?,
        };
        known.insert(shape, (offset, len));
        writeln!(code, "    ('{}', {offset}, {len}),", letter.escape_unicode())?;
    }
    writeln!(code, "];\n\n/// See [`LOOKALIKES`].\npub(crate) static SHAPES: &str = \"{}\";", shapes.escape_unicode())?;
    Ok(code)
}

fn protocol_variant(word: &str) -> Result<&'static str, String> {
    Ok(match word {
        "imap" => "Imap",
        "pop3" => "Pop3",
        "smtp" => "Smtp",
        _ => return Err(format!("protocol {word}")),
    })
}

fn security_variant(word: &str) -> Result<&'static str, String> {
    Ok(match word {
        "none" => "None",
        "starttls" => "StartTls",
        "tls" => "Tls",
        _ => return Err(format!("security {word}")),
    })
}

fn auth_variant(word: &str) -> Result<&'static str, String> {
    Ok(match word {
        "none" => "Auth::None",
        "password" => "Auth::Password",
        "encrypted" => "Auth::Encrypted",
        "oauth2" => "Auth::OAuth2",
        _ => return Err(format!("auth {word}")),
    })
}
