//! What the keys of a server come to. The same keys serve `com.apple.mail.plist`, the account databases and the phones:
//! `Hostname`, `PortNumber`, `SSLEnabled`, `SSLIsDirect`, `SecurityLayerType`, `AuthenticationScheme`,
//! `ShouldUseAuthentication`, `Username` (`shared/formats/apple.md` §1.2 to §1.6).

use maillint_model::{Auth, Protocol, Security, Server, Setting};

use crate::fields::{Fields, Read};

/// Reads a server.
pub(crate) fn server(fields: &Fields<'_>, protocol: Protocol) -> Server {
    let mut server = Server::new(protocol);
    let tls = use_tls(fields);
    server.host = fields.setting("Hostname");
    server.port = port(fields.integer("PortNumber"), protocol, is_on(&tls));
    server.security = security(fields, protocol, &tls, &server.port);
    server.auth = auth(fields, protocol);
    server.username = fields.setting("Username");
    server
}

/// The box "Use TLS/SSL".
fn use_tls(fields: &Fields<'_>) -> Read<bool> {
    let stated = fields.switch("SSLEnabled");
    if !matches!(stated, Read::Absent) {
        return stated;
    }
    match fields.switch("SSLIsDirect") {
        Read::Absent | Read::Written(false, _) => {}
        direct => return direct,
    }
    // `SecurityLayerType` alone was never seen: what Mail makes of it is not known.
    match fields.integer("SecurityLayerType") {
        Read::Absent => Read::Absent,
        Read::Written(_, at) | Read::Unclear(at) => Read::Unclear(at),
    }
}

/// Whether TLS is on, where that is known. An absent switch is off.
pub(crate) fn is_on(tls: &Read<bool>) -> Option<bool> {
    match tls {
        Read::Absent => Some(false),
        Read::Written(on, _) => Some(*on),
        Read::Unclear(_) => None,
    }
}

/// The port in effect. 0 counts as absent; what stands in for an absent one depends on `tls`, where that is known.
/// Without one, outgoing mail tries several.
pub(crate) fn port(stated: Read<i64>, protocol: Protocol, tls: Option<bool>) -> Setting<u16> {
    match stated {
        Read::Absent | Read::Written(0, _) => match (protocol, tls) {
            (Protocol::Imap, Some(tls)) => Setting::default(if tls { 993 } else { 143 }),
            (Protocol::Pop3, Some(tls)) => Setting::default(if tls { 995 } else { 110 }),
            _ => Setting::unknown(),
        },
        Read::Written(number, at) => u16::try_from(number)
            .map_or_else(|_| Setting::unknown_at(at.clone()), |port| Setting::written(port, at.clone())),
        Read::Unclear(at) => Setting::unknown_at(at),
    }
}

/// How TLS starts on a port, where no key says so: these three are for TLS from the first byte.
pub(crate) fn security_of_port(protocol: Protocol, port: u16) -> Security {
    match (protocol, port) {
        (Protocol::Imap, 993) | (Protocol::Pop3, 995) | (Protocol::Smtp, 465) => Security::Tls,
        _ => Security::StartTls,
    }
}

fn security(fields: &Fields<'_>, protocol: Protocol, tls: &Read<bool>, port: &Setting<u16>) -> Setting<Security> {
    let at = match tls {
        Read::Absent => return Setting::default(Security::None),
        Read::Unclear(at) => return Setting::unknown_at(at.clone()),
        Read::Written(false, at) => return Setting::written(Security::None, at.clone()),
        Read::Written(true, at) => at.clone(),
    };
    let direct = match fields.switch("SSLIsDirect") {
        Read::Absent => match fields.integer("SecurityLayerType") {
            Read::Written(3, at) => Read::Written(true, at),
            Read::Written(2, at) => Read::Written(false, at),
            _ => Read::Absent,
        },
        stated => stated,
    };
    match (direct, port.get()) {
        (Read::Written(true, at), _) => Setting::written(Security::Tls, at),
        (Read::Written(false, at), _) => Setting::written(Security::StartTls, at),
        (Read::Absent, Some(port)) => Setting::written(security_of_port(protocol, port), at),
        (Read::Absent | Read::Unclear(_), _) => Setting::unknown_at(at),
    }
}

/// The way to sign in. For sending, a switch decides whether there is any: Mail does not sign in unless it is on.
fn auth(fields: &Fields<'_>, protocol: Protocol) -> Setting<Auth> {
    let scheme = scheme(fields);
    if protocol != Protocol::Smtp {
        return scheme;
    }
    match fields.switch("ShouldUseAuthentication") {
        Read::Written(true, at) if scheme.at().is_none() => Setting::written(Auth::Password, at),
        Read::Written(true, _) => scheme,
        Read::Written(false, at) => Setting::written(Auth::None, at),
        Read::Unclear(at) => Setting::unknown_at(at),
        // Setting a way to sign in turns the switch on, so one without the other was never seen.
        Read::Absent if scheme.at().is_some() => Setting::unknown(),
        Read::Absent => Setting::default(Auth::None),
    }
}

/// `AuthenticationScheme` as `ECAuthScheme.schemeWithName` takes it: an empty name and none at all mean the password.
fn scheme(fields: &Fields<'_>) -> Setting<Auth> {
    let Some(value) = fields.get("AuthenticationScheme") else { return Setting::default(Auth::Password) };
    let name = value.text().map(|name| name.trim().to_ascii_uppercase());
    let auth = match name.as_deref().unwrap_or("?") {
        "" => return Setting::default(Auth::Password),
        "PLAIN" | "LOGIN" => Auth::Password,
        "X-APOP" | "CRAM-MD5" | "DIGEST-MD5" => Auth::Encrypted,
        "NTLM" => Auth::Ntlm,
        "GSSAPI" => Auth::Kerberos,
        "EXTERNAL" => Auth::Certificate,
        "ATOKEN" | "ATOKEN2" | "XOAUTH2" => Auth::OAuth2,
        _ => return Setting::unknown_at(fields.at(value)),
    };
    Setting::written(auth, fields.at(value))
}
