#!/usr/bin/env python3
"""Hold maillint against Thunderbird itself.

usage: tests/oracles/thunderbird.py [--thunderbird DIR] [--maillint PATH] [--keep] [HOME-OR-PREFS ...]

Not part of the ordinary tests: it needs Thunderbird (Debian: apt-get install thunderbird) and some seconds a profile.
For each prefs.js found below the given paths (default: the odd profiles written out at the end of this file), a copy of
the profile is opened by a copy of Thunderbird, headless and without any network access of its own; an AutoConfig script
has it load its accounts, writes down what its getters return, and quits. The same profile is read by
`maillint accounts --output json`, and every difference is printed. Exit 0 where there is none.

The copy of Thunderbird is needed because the script has to lie in the program's own folder.
"""
import argparse, json, os, shutil, subprocess, sys, tempfile

SCRIPT = r"""// the first line is never run
try {
  const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
  const out = Services.env.get("MAILLINT_ORACLE_OUT");
  const get = (object, name) => { try { return object[name]; } catch (error) { return null; } };
  const bool = (server, name) => { try { return server.getBoolValue(name); } catch (error) { return null; } };
  const int = (server, name) => { try { return server.getIntValue(name); } catch (error) { return null; } };
  const outgoing = server => server && {
    key: server.key, type: get(server, "type"), port: get(server.QueryInterface(Ci.nsISmtpServer), "port"),
    host: get(server, "hostname"), socketType: get(server, "socketType"), authMethod: get(server, "authMethod"),
    username: get(server, "username"),
  };
  const read = () => ({
    version: Services.appinfo.version,
    accounts: MailServices.accounts.accounts.map(account => {
      const server = account.incomingServer;
      return {
        key: account.key, type: server.type, host: get(server, "hostname") ?? get(server, "hostName"), port: get(server, "port"),
        username: get(server, "username"), socketType: get(server, "socketType"), authMethod: get(server, "authMethod"),
        leave: bool(server, "leave_on_server"), byAge: bool(server, "delete_by_age_from_server"),
        days: int(server, "num_days_to_leave_on_server"), whenDeleted: bool(server, "delete_mail_left_on_server"),
        isDefault: get(MailServices.accounts.defaultAccount, "key") == account.key,
        identities: account.identities.map(identity => {
          let server = null;
          try { server = MailServices.outgoingServer.getServerByIdentity(identity); } catch (error) {}
          return { address: identity.email, name: identity.fullName, replyTo: identity.replyTo, outgoing: outgoing(server) };
        }),
      };
    }),
  });
  Services.obs.addObserver(() => {
    let result;
    try { result = read(); } catch (error) { result = { error: String(error) + "\n" + error.stack }; }
    const file = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
    file.initWithPath(out);
    const stream = Cc["@mozilla.org/network/file-output-stream;1"].createInstance(Ci.nsIFileOutputStream);
    stream.init(file, 0x02 | 0x08 | 0x20, 0o600, 0);
    const text = Cc["@mozilla.org/intl/converter-output-stream;1"].createInstance(Ci.nsIConverterOutputStream);
    text.init(stream, "UTF-8");
    text.writeString(JSON.stringify(result));
    text.close();
    Services.startup.quit(Ci.nsIAppStartup.eForceQuit);
  }, "final-ui-startup");
} catch (error) {
  dump("oracle: " + error + "\n");
}
"""
HOOK = ('pref("general.config.filename", "oracle.cfg");\npref("general.config.obscure_value", 0);\n'
        'pref("general.config.sandbox_enabled", false);\n')

SECURITY = {2: "starttls", 3: "tls"}
AUTH = {1: "none", 3: "password", 4: "encrypted", 5: "kerberos", 6: "ntlm", 7: "certificate", 8: "encrypted", 10: "oauth2"}
PROTOCOL = {"imap": "imap", "pop3": "pop3", "nntp": "news", "rss": "feed", "im": "chat", "none": "local", "ews": "exchange"}


def install(source, target):
    # Links are followed; those that lead nowhere (dictionaries that are not installed) do not matter.
    subprocess.run(["cp", "-rL", source, target], stderr=subprocess.DEVNULL, check=False)
    os.makedirs(f"{target}/defaults/pref", exist_ok=True)
    with open(f"{target}/defaults/pref/oracle.js", "w", encoding="utf-8") as file:
        file.write(HOOK)
    with open(f"{target}/oracle.cfg", "w", encoding="utf-8") as file:
        file.write(SCRIPT)


def ask(program, profile, work):
    """What Thunderbird makes of a copy of a profile."""
    copy, out, home = f"{work}/profile", f"{work}/out.json", f"{work}/home"
    shutil.copytree(profile, copy, ignore=shutil.ignore_patterns("Mail", "ImapMail", "lock", "*.sqlite*"))
    os.makedirs(home)
    environment = {"HOME": home, "PATH": os.environ["PATH"], "MOZ_HEADLESS": "1", "MAILLINT_ORACLE_OUT": out,
                   "MOZ_CRASHREPORTER_DISABLE": "1", "TZ": "UTC"}
    command = [f"{program}/thunderbird-bin", "--headless", "--offline", "--no-remote", "--profile", copy]
    try:
        subprocess.run(command, env=environment, timeout=90, capture_output=True, check=False)
    except subprocess.TimeoutExpired:
        return {"error": "Thunderbird did not end within 90 seconds"}
    try:
        with open(out, encoding="utf-8") as file:
            return json.load(file)
    except OSError:
        return {"error": "Thunderbird wrote nothing"}


def read(maillint, path):
    run = subprocess.run([maillint, "accounts", "--output", "json", path], capture_output=True, timeout=60, check=False)
    accounts = json.loads(run.stdout)["accounts"]
    return [account for account in accounts if account["status"] in ("active", "inactive-profile")]


def value(node, *names):
    for name in names:
        node = (node or {}).get(name)
    return node.get("value") if isinstance(node, dict) else node


def differences(truth, accounts):
    """Every (account, field, Thunderbird's value, ours) that differs."""
    ours = {}
    for account in accounts:
        ours.setdefault(account["key"].split("/")[0], []).append(account)
    for want in truth["accounts"]:
        key = want["key"]
        entries = ours.pop(key, [])
        if not entries:
            yield key, "account", "there", "missing"
            continue
        got = entries[0]
        server = got.get("incoming")
        kind = want["type"]
        yield from unequal(key, "protocol", PROTOCOL.get(kind, "other"), value(server, "protocol"))
        if kind in ("imap", "pop3", "nntp"):
            yield from unequal(key, "host", want["host"] or None, value(server, "host"))
            yield from unequal(key, "port", want["port"], value(server, "port"))
            yield from unequal(key, "user name", want["username"] or None, value(server, "username"))
            yield from unequal(key, "security", SECURITY.get(want["socketType"], "none"), value(server, "security"))
            if want["authMethod"] in AUTH:
                yield from unequal(key, "sign-in", AUTH[want["authMethod"]], value(server, "auth"))
        if kind == "pop3":
            in_force = want["leave"] and want["byAge"] and want["days"] > 0
            yield from unequal(key, "leave", want["leave"], value(got, "retention", "leave_on_server"))
            yield from unequal(key, "days", want["days"] if in_force else None, value(got, "retention", "remove_after_days"))
            yield from unequal(key, "when deleted", want["whenDeleted"], value(got, "retention", "remove_when_deleted"))
        yield from unequal(key, "default", want["isDefault"], got.get("is_default"))
        people = [(identity, entry) for entry in entries for identity in entry["identities"]]
        yield from unequal(key, "identities", len(want["identities"]), len(people))
        for identity, (mine, entry) in zip(want["identities"], people):
            yield from unequal(key, "address", identity["address"] or None, value(mine, "address"))
            sends = mine.get("outgoing") or entry.get("outgoing")
            smtp = identity["outgoing"]
            if smtp is None:
                yield from unequal(key, "outgoing", None, value(sends, "host"))
                continue
            port = smtp["port"] or (465 if smtp["socketType"] == 3 else 587)
            yield from unequal(key, "outgoing host", smtp["host"] or None, value(sends, "host"))
            yield from unequal(key, "outgoing port", port, value(sends, "port"))
            yield from unequal(key, "outgoing user name", smtp["username"] or None, value(sends, "username"))
            yield from unequal(key, "outgoing security", SECURITY.get(smtp["socketType"], "none"), value(sends, "security"))
            if smtp["authMethod"] in AUTH and smtp["authMethod"] != 7:
                yield from unequal(key, "outgoing sign-in", AUTH[smtp["authMethod"]], value(sends, "auth"))
    for key in ours:
        yield key, "account", "not there", "there"


def unequal(key, field, theirs, mine):
    if theirs != mine:
        yield key, field, theirs, mine


def base(**changes):
    """A sound profile with one POP account, and changes to it; None takes a setting out, Raw stands as it is."""
    prefs = {
        "extensions.lastAppVersion": "153.7.0", "mail.ui-rdf.version": 61,
        "mail.accountmanager.accounts": "account1,account2", "mail.accountmanager.defaultaccount": "account1",
        "mail.accountmanager.localfoldersserver": "server2", "mail.account.lastKey": 2,
        "mail.account.account1.server": "server1", "mail.account.account1.identities": "id1",
        "mail.account.account2.server": "server2", "mail.server.server2.type": "none",
        "mail.server.server2.hostname": "Local Folders", "mail.server.server2.userName": "nobody",
        "mail.server.server2.name": "Local Folders",
        "mail.server.server1.type": "pop3", "mail.server.server1.hostname": "mail.example.org",
        "mail.server.server1.userName": "anna@example.org", "mail.server.server1.port": 995,
        "mail.server.server1.socketType": 3, "mail.server.server1.leave_on_server": True,
        "mail.server.server1.delete_by_age_from_server": True, "mail.server.server1.num_days_to_leave_on_server": 2,
        "mail.identity.id1.useremail": "anna@example.org", "mail.identity.id1.smtpServer": "smtp1",
        "mail.smtpservers": "smtp1", "mail.smtp.defaultserver": "smtp1",
        "mail.smtpserver.smtp1.type": "smtp", "mail.smtpserver.smtp1.hostname": "mail.example.org",
        "mail.smtpserver.smtp1.port": 587, "mail.smtpserver.smtp1.try_ssl": 2, "mail.smtpserver.smtp1.authMethod": 3,
        "mail.smtpserver.smtp1.username": "anna@example.org",
    }
    prefs.update({name.replace("__", "."): value for name, value in changes.items()})
    prefs.update({key: value for key, value in changes.get("more", {}).items()})
    prefs.pop("more", None)
    lines = [f"user_pref({json.dumps(key)}, {json.dumps(value, ensure_ascii=False)});"
             for key, value in sorted(prefs.items()) if value is not None]
    return "// Mozilla User Preferences\n\n" + "\n".join(lines) + "\n"


def odd_profiles():
    """Profiles that differ from what Thunderbird writes, each for one reason."""
    s1, smtp = "mail.server.server1", "mail.smtpserver.smtp1"
    port = f'user_pref("{s1}.port", 995);'
    host = f'user_pref("{s1}.hostname", "mail.example.org");'
    account3 = {"mail.accountmanager.accounts": "account1,account2,account3", "mail.account.account3.server": "server3",
                "mail.server.server3.type": "imap", "mail.server.server3.userName": "otto@example.net",
                "mail.server.server3.hostname": "mail.example.net"}
    yield "sound", base()
    yield "missing-semicolon", base().replace(port, port[:-1])
    yield "single-quotes-and-comments", base().replace(port, f"user_pref ( '{s1}.port' /* ; */ , // x\n + 995 ) ; # y")
    yield "unknown-escape", base().replace(host, f'user_pref("{s1}.hostname", "mail.\\example.org");')
    yield "hex-and-utf16-escapes", base().replace(host, f'user_pref("{s1}.hostname", "m\\x61il.\\u0065xample.org");')
    yield "byte-order-mark", "\ufeff" + base()
    yield "byte-order-mark-without-header", "\ufeff" + base().split("\n\n", 1)[1]
    yield "nul-in-the-middle", base().replace(f'user_pref("{smtp}.port"', f'\0user_pref("{smtp}.port"')
    yield "carriage-returns-only", base().replace("\n", "\r")
    yield "one-line", base().split("\n\n", 1)[1].replace("\n", "")
    yield "unclosed-string", base() + 'user_pref("x.y", "never closed);\nuser_pref("mail.server.server1.port", 110);\n'
    yield "number-overflow", base().replace(port, f'user_pref("{s1}.port", 99999999999);')
    yield "repeats-with-another-type", base() + f'user_pref("{s1}.port", 110);\nuser_pref("{s1}.leave_on_server", "yes");\n'
    yield "wrong-types", base(more={f"{s1}.port": "995", f"{s1}.leave_on_server": "true", f"{s1}.socketType": "3",
                                    f"{smtp}.try_ssl": "2", f"{smtp}.port": "465", f"{s1}.authMethod": True})
    yield "default-of-another-type", base(more={"mail.server.default.port": "993", f"{s1}.port": None})
    yield "changed-defaults", base(more={"mail.server.default.port": 1995, f"{s1}.port": None,
                                         "mail.server.default.leave_on_server": False, f"{s1}.leave_on_server": None,
                                         "mail.server.default.authMethod": 4, "mail.smtpserver.default.try_ssl": 3,
                                         f"{smtp}.try_ssl": None, f"{smtp}.port": None})
    yield "ports", base(more={f"{s1}.port": 1, f"{smtp}.port": 0, **account3, "mail.server.server3.port": 1})
    yield "port-zero-imap", base(more={**account3, "mail.server.server3.port": 0, "mail.server.server3.socketType": 3})
    yield "security-one", base(more={f"{s1}.socketType": 1, f"{smtp}.try_ssl": 1})
    yield "security-seven", base(more={f"{s1}.socketType": 7, f"{smtp}.try_ssl": 7, f"{s1}.port": None, f"{smtp}.port": None})
    yield "sign-in-none", base(more={f"{s1}.authMethod": 1, f"{smtp}.authMethod": 1})
    yield "legacy-sign-in", base(more={f"{s1}.useSecAuth": True, f"{s1}.isSecure": True, f"{s1}.socketType": None,
                                       f"{s1}.port": None})
    yield "real-names", base(more={f"{s1}.realhostname": "real.example.org", f"{s1}.realuserName": "real@example.org"})
    yield "dangling-outgoing", base(more={"mail.identity.id1.smtpServer": "smtp9"})
    yield "dangling-default", base(more={"mail.identity.id1.smtpServer": None, "mail.smtp.defaultserver": "smtp9"})
    yield "no-default-outgoing", base(more={"mail.identity.id1.smtpServer": None, "mail.smtp.defaultserver": None})
    yield "blank-in-account-list", base(more={**account3, "mail.accountmanager.accounts": "account1, account3,account2"})
    yield "blank-in-outgoing-list", base(more={"mail.smtpservers": "smtp0, smtp1"})
    yield "blanks-in-identities", base(more={"mail.account.account1.identities": " id1 , id2",
                                             "mail.identity.id2.useremail": "info@example.org"})
    yield "account-twice", base(more={"mail.accountmanager.accounts": "account1,account1,account2,,account1"})
    yield "two-accounts-one-server", base(more={**account3, "mail.account.account3.server": "server1"})
    yield "two-servers-alike", base(more={**account3, "mail.server.server3.type": "pop3", "mail.server.server3.port": 995,
                                          "mail.server.server3.hostname": "mail.example.org",
                                          "mail.server.server3.userName": "anna@example.org"})
    yield "two-servers-alike-but-case", base(more={**account3, "mail.server.server3.type": "pop3",
                                                   "mail.server.server3.port": 995,
                                                   "mail.server.server3.hostname": "MAIL.example.org",
                                                   "mail.server.server3.userName": "anna@example.org"})
    yield "two-servers-alike-but-port", base(more={**account3, "mail.server.server3.type": "pop3",
                                                   "mail.server.server3.port": 110,
                                                   "mail.server.server3.hostname": "mail.example.org",
                                                   "mail.server.server3.userName": "anna@example.org"})
    yield "no-host", base(more={**account3, "mail.server.server3.hostname": None})
    yield "empty-host", base(more={**account3, "mail.server.server3.hostname": ""})
    yield "no-type", base(more={**account3, "mail.server.server3.type": None})
    yield "unknown-type", base(more={**account3, "mail.server.server3.type": "pigeon"})
    yield "no-server", base(more={**account3, "mail.account.account3.server": None})
    # With IMAP, 153.7 crashes at start.
    yield "host-with-port", base(more={f"{s1}.hostname": "mail.example.org:1995", **account3})
    yield "ipv6", base(more={**account3, "mail.server.server3.hostname": "fe80::1"})
    yield "underscore-and-dot", base(more={**account3, "mail.server.server3.hostname": "my_mail.example.net."})
    yield "international-name", base(more={**account3, "mail.server.server3.hostname": "mail.b\u00fccher.example"})
    yield "users-alike-but-case", base(more={**account3, "mail.server.server3.type": "pop3", "mail.server.server3.port": 995,
                                             "mail.server.server3.hostname": "mail.example.org",
                                             "mail.server.server3.userName": "Anna@example.org"})
    yield "default-account-feeds", base(more={**account3, "mail.server.server3.type": "rss",
                                              "mail.accountmanager.defaultaccount": "account3"})
    yield "outgoing-blanks-and-case", base(more={f"{smtp}.hostname": " Mail.Example.ORG ", f"{smtp}.username": " anna "})
    yield "windows-1252-bytes", base().replace("anna@example.org", "j\\xFCrgen@example.org")
    yield "sticky-and-pref", base().replace(port, f'pref("{s1}.port", 110); sticky_pref("{s1}.port", 111);\n{port}')
    yield "attributes", base().replace(port, f'user_pref("{s1}.port", 995, locked);')
    yield "host-with-blank", base(more={**account3, "mail.server.server3.hostname": "mail example.net"})
    yield "host-with-spaces-around", base(more={**account3, "mail.server.server3.hostname": " mail.example.net "})
    yield "host-upper-case", base(more={f"{s1}.hostname": "Mail.Example.ORG"})
    yield "no-default-account", base(more={**account3, "mail.accountmanager.defaultaccount": None,
                                           "mail.accountmanager.accounts": "account2,account3,account1"})
    yield "default-account-local", base(more={"mail.accountmanager.defaultaccount": "account2"})
    yield "negative-days", base(more={f"{s1}.num_days_to_leave_on_server": -3})
    yield "zero-days", base(more={f"{s1}.num_days_to_leave_on_server": 0})
    yield "letters-for-keys", base(more={"mail.accountmanager.accounts": "accountIMAP,account2", "mail.account.accountIMAP.server": "serverIMAP",
                                         "mail.server.serverIMAP.type": "imap", "mail.server.serverIMAP.hostname": "mail.example.net",
                                         "mail.server.serverIMAP.userName": "otto@example.net"})


def profiles(paths, work):
    if not paths:
        for name, text in odd_profiles():
            folder = f"{work}/odd/{name}"
            os.makedirs(folder)
            with open(f"{folder}/prefs.js", "w", encoding="utf-8", newline="") as file:
                file.write(text)
            yield name, folder
    for path in paths:
        for folder, _, files in os.walk(path):
            if "prefs.js" in files:
                yield os.path.relpath(folder, path), folder


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--thunderbird", default="/usr/lib/thunderbird")
    parser.add_argument("--maillint", default="target/release/maillint")
    parser.add_argument("--only", help="the name of one of the odd profiles")
    parser.add_argument("paths", nargs="*")
    args = parser.parse_args()
    total = 0
    with tempfile.TemporaryDirectory(prefix="maillint-oracle-") as work:
        program = f"{work}/thunderbird"
        install(args.thunderbird, program)
        for number, (name, folder) in enumerate(profiles(args.paths, work)):
            if args.only and args.only != name:
                continue
            own = f"{work}/{number}"
            os.makedirs(own)
            truth = ask(program, folder, own)
            if "error" in truth:
                print(f"{name}: {truth['error']}")
                total += 1
                continue
            found = list(differences(truth, read(args.maillint, f"{folder}/prefs.js")))
            total += len(found)
            for key, field, theirs, mine in found:
                print(f"{name}: {key}: {field}: Thunderbird has {theirs!r}, maillint {mine!r}")
            if not found:
                print(f"{name}: the same, {len(truth['accounts'])} accounts")
    print(f"{total} differences")
    return 0 if total == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
