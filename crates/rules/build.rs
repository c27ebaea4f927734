//! Turns `facts/providers.toml` into static tables, so that nothing is parsed at start.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, error::Error, fs};

use serde::Deserialize;

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
    writeln!(
        code,
        "/// Mail domain to index into [`PROVIDERS`], sorted.\npub(crate) static DOMAINS: &[(&str, usize)] = &["
    )?;
    for (domain, index) in &domains {
        writeln!(code, "    ({domain:?}, {index}),")?;
    }
    writeln!(code, "];\n")?;
    writeln!(
        code,
        "/// Published server name to indices into [`PROVIDERS`], sorted.\npub(crate) static HOSTS: &[(&str, &[usize])] = &["
    )?;
    for (host, indices) in &hosts {
        writeln!(code, "    ({host:?}, &{indices:?}),")?;
    }
    writeln!(code, "];")?;
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
