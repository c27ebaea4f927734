#!/usr/bin/env python3
"""Make the hostile files of this folder, and the table of README.md. Run it after a change; the files are committed.

Each file tries one thing. None is longer than 200 kB: what is absurd is what it says of itself, or what it unpacks to.
"""
import gzip, io, lzma, os, random, sqlite3, struct, tarfile, tempfile, zipfile, zlib

HERE = os.path.dirname(os.path.abspath(__file__))
TABLE = []


def put(name, tries, data):
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogateescape")
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(data)
    TABLE.append((name, tries))


def prefs(host="mail.example.org", user="anna@example.org", name="anna@example.org", extra="", full="Anna"):
    return (
        'user_pref("mail.accountmanager.accounts", "account1");\n'
        'user_pref("mail.account.account1.server", "server1");\n'
        'user_pref("mail.account.account1.identities", "id1");\n'
        f'user_pref("mail.identity.id1.useremail", "{user}");\n'
        f'user_pref("mail.identity.id1.fullName", "{full}");\n'
        'user_pref("mail.identity.id1.smtpServer", "smtp1");\n'
        'user_pref("mail.server.server1.type", "pop3");\n'
        f'user_pref("mail.server.server1.name", "{name}");\n'
        f'user_pref("mail.server.server1.hostname", "{host}");\n'
        f'user_pref("mail.server.server1.userName", "{user}");\n'
        'user_pref("mail.smtpservers", "smtp1");\n'
        f'user_pref("mail.smtpserver.smtp1.hostname", "{host}");\n'
        f'user_pref("mail.smtpserver.smtp1.username", "{user}");\n' + extra
    )


def reg(lines, encoding="utf-16"):
    key = r"HKEY_CURRENT_USER\Software\Microsoft\Office\16.0\Outlook\Profiles\Outlook\9375CFF0413111d3B88A00104B2A6676"
    head = "Windows Registry Editor Version 5.00\r\n\r\n"
    text = head + f"[{key}\\00000001]\r\n" + "\r\n".join(lines) + "\r\n"
    return text.encode(encoding)


def accounts_plist(inner):
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" '
        '"http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0">' + inner + "</plist>\n"
    )


def mail_accounts(host):
    return accounts_plist(
        "<dict><key>MailAccounts</key><array><dict><key>AccountType</key><string>POPAccount</string>"
        f"<key>Hostname</key><string>{host}</string><key>Username</key><string>anna</string>"
        "<key>EmailAddresses</key><array><string>anna@example.org</string></array></dict></array></dict>"
    )


def bplist(objects, top=0, offset_size=None, ref_size=1, count=None, table=None):
    """A binary property list of raw objects, each already encoded."""
    body, offsets = b"bplist00", []
    for item in objects:
        offsets.append(len(body))
        body += item
    size = offset_size or (1 if len(body) < 256 else 2 if len(body) < 65536 else 4)
    start = len(body)
    body += b"".join(offset.to_bytes(size, "big") for offset in offsets)
    return body + struct.pack(">6xBBQQQ", size, ref_size, count if count is not None else len(objects), top, table if table is not None else start)


# What a terminal, a browser, a spreadsheet and a build server would act on, in the fields that reports print.
ESC = "\\x1b[2J\\x1b]8;;https://evil.example\\x1b\\\\click\\x1b]8;;\\x1b\\\\\\x07"
FIELDS = [
    ("escapes", "clears the screen and plants a link through terminal escapes in every field", ESC),
    ("c1", "terminal escapes in their one-byte C1 form, as U+009B and U+009D", "\\u009b2J\\u009d0;owned\\u009c"),
    ("bidi", "turns the line round with bidirectional overrides and isolates", "\\u202egro.elpmaxe\\u2066\\u2069\\u200f"),
    ("invisible", "hides letters: zero width, tags, soft hyphens, variation selectors", "ma\\u200bil\\u00ad\\u2060\\ufeff\\ufe0f.example.org"),
    ("html", "markup and a script in every field", "<script>alert(1)</script><img src=x onerror=alert(1)>"),
    ("template", "template and entity syntax", "${7*7}{{7*7}}<%=7*7%>&lt;b&gt;&#x3c;"),
    ("markdown", "Markdown: a table cell, a fence, a link, a mention, a comment", "a | b `````` [x](javascript:alert(1)) @everyone <!-- -->"),
    ("formula", "formulas that a spreadsheet would run", "=cmd|'/C calc'!A0"),
    ("formula-plus", "formulas behind a plus, a minus, an at and a tab", "+1+1\\t-2+3@SUM(1)"),
    ("workflow", "commands to a build server", "::error file=x,line=1::owned%0A::set-env name=PATH::x"),
    ("workflow-lines", "commands to a build server on lines of their own", "x\\r\\n::add-mask::x\\n##[error]owned"),
    ("xml", "characters that XML 1.0 forbids, and a CDATA end", "]]>\\x01\\x02\\ufffe\\uffff<"),
    ("percent", "formatting directives", "%s%n%d{}{0}{:?}$HOME`id`$(id)"),
    ("path", "a path in place of a host", "../../../../etc/passwd"),
    ("quotes", "every kind of quote and bracket", "\\\"'`\\u2018\\u201c<>(){}[]\\\\"),
]
for name, tries, text in FIELDS:
    put(f"field-{name}.js", f"{tries}", prefs(text, text + "@example.org", text, full=text))
put("field-newline-in-name.reg", "line ends and escapes inside registry values", reg(
    ['"clsid"="{ED475411-B0D6-11D2-8C3B-00104B2A6676}"', '"POP3 Server"="mail\x1b[31m.example.org"', '"Email"="anna\u202e@example.org"', '"Account Name"="<b>&\u2028::error::"']))
put("field-markup.plist", "markup inside XML property list strings", mail_accounts("&lt;script&gt;alert(1)&lt;/script&gt;\u202e"))

# Preference files.
put("prefs-nul.js", "a NUL in the middle: the client stops reading there", prefs() + "\0" + prefs("evil.example"))
put("prefs-unclosed-string.js", "a string that never ends", prefs() + 'user_pref("mail.server.server2.hostname", "' + "x" * 5000)
put("prefs-unclosed-comment.js", "a comment that never ends", prefs() + "/*" + "*" * 5000)
put("prefs-long-line.js", "a line of 150 kB before a wrong setting on the same line", 'user_pref("a.b", "' + "x" * 150_000 + '"); ' + prefs("pop.example.org").replace("\n", " "))
put("prefs-many-accounts.js", "a list of four thousand accounts with one server", 'user_pref("mail.accountmanager.accounts", "' + ",".join(f"account{i}" for i in range(4000)) + '");\n' + "".join(f'user_pref("mail.account.account{i}.server", "server1");\n' for i in range(1100)) + prefs())
put("prefs-same-account.js", "one account listed a thousand times", 'user_pref("mail.accountmanager.accounts", "' + ",".join(["account1"] * 1000) + '");\n' + prefs().split("\n", 1)[1])
put("prefs-deep-brackets.js", "ten thousand opening brackets", "user_pref(" * 10_000 + "{[(" * 10_000)
put("prefs-surrogates.js", "lone surrogates, cut escapes, and code points that are none", prefs("\\ud800", "\\udc00\\uD83D", "\\uZZZZ\\x1\\u12"))
put("prefs-numbers.js", "numbers beyond every integer", prefs(extra="".join(f'user_pref("mail.server.server1.port", {n});\n' for n in ("99999999999999999999", "-1", "65536", "0x1F", "1e9", "--5", "+993", "2147483648"))))
put("prefs-utf16.js", "a preference file saved as UTF-16 by an editor", prefs().encode("utf-16"))
put("prefs-utf16-odd.js", "UTF-16 that ends in half a character", prefs().encode("utf-16") + b"\x00")
put("prefs-mixed.js", "Latin-1, UTF-8 and broken UTF-8 in one file", prefs().encode() + b'user_pref("mail.identity.id1.fullName", "B\xfcro \xc3\xbc \xf0\x9f \xed\xa0\x80");\n')
put("prefs-cr-only.js", "lines that end in CR, so that a file has one line or thirteen", prefs().replace("\n", "\r"))
put("prefs-self-deferred.js", "an account that is deferred to itself, and one that is deferred in a ring", prefs(extra='user_pref("mail.server.server1.deferred_to_account", "account1");\n'))
put("prefs-crlf-injection.js", "a setting in the value of a setting", prefs('x\\");\\nuser_pref(\\"mail.server.server1.port\\", 1);//'))
put("prefs-only-escapes.js", "nothing but backslashes", 'user_pref("a", "' + "\\" * 100_001)
put("empty.js", "no byte at all", b"")
put("nul-bytes.js", "nothing but NUL", b"\0" * 10_000)
put("profiles.ini", "a profile path that leads out of the folder, ten thousand sections, no end of brackets", "[Profile0]\nName=../../x\nIsRelative=1\nPath=../../../../../../etc\nDefault=1\n" + "".join(f"[Profile{i}]\nPath=/dev/zero\n" for i in range(1, 3000)) + "[" * 5000)

# Registry.
put("reg-deep-key.reg", "a key of five thousand steps", ("Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER" + "\\a" * 5000 + "\\9375CFF0413111d3B88A00104B2A6676\\00000001]\r\n").encode("utf-16"))
put("reg-hex-forever.reg", "a hex value of continuation lines without an end", reg(['"POP3 Server"=hex:' + ",\\\r\n".join(["6d,00"] * 9000) + ",\\"]))
put("reg-hex-odd.reg", "hex text of odd length, with a lone surrogate and no NUL", reg(['"POP3 Server"=hex:6d,00,d8', '"Email"=hex:00,d8,00', '"clsid"="{ED475411-B0D6-11D2-8C3B-00104B2A6676}"']))
put("reg-odd-offset.reg", "UTF-16 that is shifted by one byte in the middle", reg(['"POP3 Server"="mail.example.org"']) + b"\x00" + reg(['"POP3 Server"="evil.example"'], "utf-16-le"))
put("reg-dword.reg", "numbers that are none", reg(['"clsid"="{ED475411-B0D6-11D2-8C3B-00104B2A6676}"', '"POP3 Port"=dword:fffffffff', '"SMTP Port"=dword:zz', '"POP3 Use SSL"=dword:', '"Leave on Server"=dword:ffffffff']))
put("reg-deletes.reg", "creates and deletes the same account a thousand times", reg([line for i in range(1000) for line in ('"POP3 Server"="mail.example.org"', '"POP3 Server"=-')]))
put("reg-utf16-be.reg", "UTF-16 the wrong way round", b"\xfe\xff" + reg(['"POP3 Server"="mail.example.org"'], "utf-16-be"))
hive = bytearray(b"regf" + b"\0" * 4092 + b"hbin" + struct.pack("<II", 0, 4096) + b"\0" * 20)
hive[36:40] = struct.pack("<I", 32)
cell = b"nk" + struct.pack("<H", 0x2C) + b"\0" * 8 + struct.pack("<I", 0) + struct.pack("<II", 0, 32) + b"\0" * 4 + struct.pack("<I", 200) + b"\xff" * 4
hive += struct.pack("<i", -160) + cell.ljust(156, b"\0") + struct.pack("<i", -64) + b"lf" + struct.pack("<H", 65535) + struct.pack("<II", 32, 0) * 6
put("hive-cycle.dat", "a registry hive whose key is its own child, sixty-five thousand times", bytes(hive.ljust(8192, b"\0")))
put("hive-offsets.dat", "a registry hive whose cells lie outside the file", bytes((bytes(hive[:4096 + 32]) + struct.pack("<i", -2147483648) + b"nk" + b"\xff" * 100).ljust(8192, b"\xff")))
put("hive-head-only.dat", "a registry hive that ends after its name", b"regf")

# Property lists.
put("plist-entities.plist", "entities that unfold to gigabytes", '<?xml version="1.0"?>\n<!DOCTYPE plist [<!ENTITY a0 "aaaaaaaaaa">' + "".join(f'<!ENTITY a{i} "' + f"&a{i-1};" * 10 + '">' for i in range(1, 10)) + ']>\n<plist version="1.0"><dict><key>MailAccounts</key><string>&a9;</string></dict></plist>')
put("plist-external.plist", "an entity that is a file of the machine, and one that is an address", '<?xml version="1.0"?>\n<!DOCTYPE plist [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY u SYSTEM "http://127.0.0.1:9/x">]>\n<plist version="1.0"><dict><key>MailAccounts</key><array><dict><key>Hostname</key><string>&f;&u;</string></dict></array></dict></plist>')
put("plist-deep.plist", "ten thousand arrays, one in the other", accounts_plist("<dict><key>MailAccounts</key>" + "<array>" * 10_000))
put("plist-unclosed.plist", "ends inside a tag, inside a comment, inside CDATA", accounts_plist("<dict><key>MailAccounts</key><![CDATA[" + "]]" * 1000 + "<!--"))
put("plist-many-keys.plist", "the same key four thousand times", accounts_plist("<dict>" + "<key>MailAccounts</key><array/>" * 4000 + "</dict>"))
put("plist-types.plist", "every value of the wrong type", accounts_plist("<dict><key>MailAccounts</key><array><dict><key>Hostname</key><integer>99999999999999999999</integer><key>PortNumber</key><date>0000-00-00T99:99:99Z</date><key>SSLEnabled</key><real>nan</real><key>AccountType</key><data>!!!</data><key>Username</key><dict/></dict><string/><true/></array></dict>"))
put("bplist-bomb.plist", "141 bytes of arrays that refer to each other ten times over: 10^9 values", bplist([b"\xaa" + bytes([i + 1] * 10) for i in range(9)] + [b"\x51a"]))
put("bplist-cycle.plist", "an array that holds itself", bplist([b"\xa2\x00\x00"]))
put("bplist-cycle-dict.plist", "a dictionary that is its own key and value", bplist([b"\xd1\x00\x00"]))
put("bplist-count.plist", "a table of 2^63 objects", bplist([b"\x51a"], count=2**63))
put("bplist-length.plist", "a string of 2^60 bytes", bplist([b"\x5f\x13" + struct.pack(">Q", 2**60)]))
put("bplist-offsets.plist", "offsets of no width, and a table beyond the end", bplist([b"\x51a"], offset_size=1, table=2**62))
put("bplist-deep.plist", "nine thousand arrays, one in the other", bplist([b"\xa1" + (i + 1).to_bytes(2, "big") for i in range(9000)] + [b"\x51a"], ref_size=2))
put("bplist-head-only.plist", "ends after its name", b"bplist00")
put("plist-utf16.plist", "says UTF-8 and is UTF-16", mail_accounts("mail.example.org").encode("utf-16"))
put("openstep.plist", "the old text form, ten thousand brackets deep", "{ MailAccounts = " + "(" * 10_000)

# Databases.
def database(*statements):
    with tempfile.NamedTemporaryFile(suffix=".db") as file:
        base = sqlite3.connect(file.name)
        for statement in statements:
            base.execute(statement)
        base.commit()
        base.close()
        return open(file.name, "rb").read()

put("sqlite-view.sqlite", "views in place of tables that never end", database(
    "CREATE VIEW ZACCOUNT AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS Z_PK, hex(zeroblob(1000000)) AS ZUSERNAME FROM n",
    "CREATE VIEW ZACCOUNTTYPE AS SELECT * FROM ZACCOUNT", "CREATE VIEW ZACCOUNTPROPERTY AS SELECT * FROM ZACCOUNT"))
put("sqlite-trigger.sqlite", "triggers and an index on an expression that run code", database(
    "CREATE TABLE ZACCOUNT (Z_PK INTEGER PRIMARY KEY, ZUSERNAME TEXT)", "CREATE TABLE log (x)", "INSERT INTO ZACCOUNT VALUES (1, 'anna')",
    "CREATE TRIGGER t AFTER INSERT ON ZACCOUNT BEGIN INSERT INTO log VALUES (randomblob(1000000)); END", "CREATE INDEX i ON ZACCOUNT (length(ZUSERNAME))"))
broken = bytearray(database("CREATE TABLE ZACCOUNT (Z_PK INTEGER PRIMARY KEY, ZUSERNAME TEXT)", "INSERT INTO ZACCOUNT VALUES (1, 'anna')"))
broken[100:120] = b"\xff" * 20
put("sqlite-page.sqlite", "a first page that is nonsense", bytes(broken))
put("sqlite-head-only.sqlite", "ends after its name", b"SQLite format 3\0")
put("sqlite-size.sqlite", "a page count beyond the file", bytes(database("CREATE TABLE ZACCOUNT (Z_PK)"))[:28] + b"\x7f\xff\xff\xff" + database("CREATE TABLE ZACCOUNT (Z_PK)")[32:1000])

# Archives.
def zipped(*files, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()

def tarred(*files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()

ZEROS = b"\0" * (60 << 20)
put("zip-bomb.zip", "60 MB of zeros called prefs.js, after a good one", zipped(("a/prefs.js", prefs()), ("b/prefs.js", ZEROS)))
put("gzip-bomb.js.gz", "60 MB of zeros", gzip.compress(b"user_pref(" + ZEROS, mtime=0))
put("xz-bomb.tar.xz", "60 MB of zeros in a tar archive", lzma.compress(tarred(("prefs.js", ZEROS)), preset=1))
nest = prefs().encode()
for level in range(12):
    nest = zipped((f"{level}.zip" if level else "prefs.js", nest), method=zipfile.ZIP_STORED)
put("zip-nested.zip", "twelve archives, one in the other", nest)
put("zip-many.zip", "a thousand empty files", zipped(*((f"{i}/prefs.js", b"") for i in range(1000))))
put("zip-traversal.zip", "names that lead out of the archive, absolute, with drives, with NUL and escapes", zipped(("../../../../etc/prefs.js", prefs()), ("/root/prefs.js", prefs()), ("C:\\Users\\x\\prefs.js", prefs()), ("a\x1b[2J/prefs.js", prefs()), ("\u202esj.sferp/prefs.js", prefs())))
put("zip-same-name.zip", "two files of one name", zipped(("prefs.js", prefs()), ("prefs.js", prefs("evil.example"))))
lying = bytearray(zipped(("prefs.js", prefs())))
at = lying.rfind(b"PK\x05\x06")
lying[at + 8:at + 12] = b"\xff\xff\xff\xff"
put("zip-count.zip", "a directory that says 65535 files and has one", bytes(lying))
sized = bytearray(zipped(("prefs.js", prefs())))
at = sized.find(b"PK\x01\x02")
sized[at + 24:at + 28] = b"\xff\xff\xff\xff"
put("zip-size.zip", "a file that says it has 4 GB", bytes(sized))
crypt = bytearray(zipped(("prefs.js", prefs())))
for at in (crypt.find(b"PK\x03\x04") + 6, crypt.find(b"PK\x01\x02") + 8):
    crypt[at] |= 1
put("zip-encrypted.zip", "a file that says it is encrypted", bytes(crypt))
put("zip-cut.zip", "an archive that ends in the middle", zipped(("prefs.js", prefs()))[:-60])
nest = prefs().encode()
for _ in range(40):
    nest = gzip.compress(nest, mtime=0)
put("gzip-in-gzip.gz", "forty gzip files, one in the other", nest)


# Archives that hold themselves (R. Cox, "Zip Files All The Way Down"): a deflate stream that unpacks to what stands before
# it, itself, and what stands behind it. Two instructions do: put out the bytes that follow, and repeat the last ones.


def literal(length):
    return struct.pack("<BHH", 0, length, length ^ 0xFFFF)


def repeat(length, size=None):
    """Copy the last `length` bytes, in `size` bytes of code; blocks that hold nothing fill it up."""
    for matches in range(1, 8):
        each = length // matches
        lengths = [each] * (matches - 1) + [length - each * (matches - 1)]
        if each < 3 or lengths[-1] > 114:
            continue
        for empty in range(8):
            bits = block(lengths) + block([]) * empty
            rest = (size or len(bits) // 8) - len(bits) // 8
            if len(bits) % 8 == 0 and rest >= 0 and rest % 5 == 0:
                return int(bits[::-1], 2).to_bytes(len(bits) // 8, "little") + literal(0) * (rest // 5)
    raise ValueError((length, size))


def block(lengths):
    """The bits of a block of the fixed code (RFC 1951 section 3.2.6) of matches, each as far back as all are long."""
    bits = "010"
    for length in lengths:
        bits += symbol(length, [(257 + i, 3 + i, 0) for i in range(8)] + [(265 + i, 11 + 2 * i, 1) for i in range(4)] + [(269 + i, 19 + 4 * i, 2) for i in range(4)] + [(273 + i, 35 + 8 * i, 3) for i in range(4)] + [(277 + i, 67 + 16 * i, 4) for i in range(3)], 256, 7)
        bits += symbol(sum(lengths), [(0, 1, 0), (1, 2, 0), (2, 3, 0), (3, 4, 0)] + [(2 * e + 2 + h, (2 + h) * 2**e + 1, e) for e in range(1, 14) for h in (0, 1)], 0, 5)
    return bits + "0" * 7


def symbol(value, table, base, width):
    code, first, extra = [row for row in table if row[1] <= value][-1]
    more = format(value - first, f"0{extra}b")[::-1] if extra else ""
    return format(code - base, f"0{width}b") + more


def quine(before, after):
    """`before(packed, size, crc)` and `after(…)` make what stands around the stream; both are of one length always."""
    end = b"\1\0\0\xff\xff"
    parts = lambda *numbers: (before(*numbers), end + after(*numbers))
    p, s = map(len, parts(0, 0, 0))
    # See the sizes that the instructions must have for each other: all that is repeated twice is of one length.
    size = s + 6
    while True:
        size += 1
        try:
            rs, rn = repeat(size, size - s), repeat(size, (size - 10) // 2) if size % 2 == 0 else None
            rp = repeat(p + 5, size - 15)
        except ValueError:
            continue
        if rn:
            break
    ln, lp = literal(size), literal(p + 5)
    stream = lambda P, S: lp + P + lp + rp + literal(len(rp)) + rp + literal(5) + literal(len(rp)) + ln + rp + literal(5) + literal(len(rp)) + ln + rn + ln + (rn + ln) * 2 + rn + ln + rs + S + rs
    length = p + s + len(stream(*parts(0, 0, 0)))
    packed = length - p - (s - len(end))

    def whole(crc):
        P, S = parts(packed, length, crc)
        return P + stream(P, S) + S

    # The checksum stands in what it is taken of. It is affine in each bit, so that a system of equations finds it.
    zero = zlib.crc32(whole(0))
    rows = []
    for bit in range(32):
        effect = zlib.crc32(whole(1 << bit)) ^ zero ^ (1 << bit)
        rows.append((effect, 1 << bit))
    crc, wanted = 0, zero
    for bit in reversed(range(32)):
        pivot = next((row for row in rows if row[0] >> bit & 1), None)
        if pivot:
            rows = [(e ^ pivot[0], f ^ pivot[1]) if e >> bit & 1 else (e, f) for e, f in rows if (e, f) != pivot]
            if wanted >> bit & 1:
                wanted, crc = wanted ^ pivot[0], crc ^ pivot[1]
    return whole(crc) if wanted == 0 else None


def gzip_quine():
    for stamp in range(1000):
        found = quine(lambda *_: struct.pack("<HBBIBB", 0x8B1F, 8, 0, stamp, 0, 3), lambda packed, size, crc: struct.pack("<II", crc, size))
        if found:
            assert gzip.decompress(found) == found
            return found


def zip_quine(name):
    for stamp in range(1000):
        fields = lambda packed, size, crc: struct.pack("<HHHHHIIIHH", 20, 0, 8, stamp, 0x5A21, crc, packed, size, len(name), 0)
        directory = lambda *numbers: b"PK\1\2" + struct.pack("<H", 20) + fields(*numbers) + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
        def after(packed, size, crc):
            entry = directory(packed, size, crc)
            return entry + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), max(0, size - len(entry) - 22), 0)
        found = quine(lambda *numbers: b"PK\3\4" + fields(*numbers) + name, after)
        if found:
            assert zipfile.ZipFile(io.BytesIO(found)).read(name.decode()) == found
            return found


put("gzip-quine.gz", "a gzip file that unpacks to itself, for ever", gzip_quine())
put("zip-quine.zip", "a zip archive that holds itself, for ever", zip_quine(b"quine.zip"))
long_name = tarfile.TarInfo("n" * 90_000)
long_name.size = 3
out = io.BytesIO()
with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
    archive.addfile(long_name, io.BytesIO(b"abc"))
put("tar-long-name.tar.gz", "a name of 90 kB", gzip.compress(out.getvalue(), mtime=0))
header = bytearray(tarred(("prefs.js", b""))[:512])
header[124:136] = b"77777777777\0"
header[148:156] = b" " * 8
header[148:156] = b"%06o\0 " % sum(header)
put("tar-size.tar", "a file that says it has 8 GB", bytes(header) + prefs().encode())
out = io.BytesIO()
with tarfile.open(fileobj=out, mode="w") as archive:
    for kind, name in ((tarfile.SYMTYPE, "link/prefs.js"), (tarfile.LNKTYPE, "hard/prefs.js"), (tarfile.FIFOTYPE, "pipe/prefs.js"), (tarfile.CHRTYPE, "device/prefs.js")):
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, "/etc/passwd"
        archive.addfile(info)
put("tar-links.tar", "links, a pipe and a device called prefs.js", out.getvalue())
put("zstd-window.zst", "a frame that asks for a window of terabytes", b"\x28\xb5\x2f\xfd\x00\xf8" + b"\x01\x00\x00" + b"x" * 50)
put("xz-dictionary.xz", "a block that asks for a dictionary of 4 GB", (lambda d: d[:12] + b"\x02\x00\x21\x01\x28\x00\x00\x00" + struct.pack("<I", zlib.crc32(b"\x02\x00\x21\x01\x28\x00\x00\x00")) + d[24:])(lzma.compress(b"x" * 100)))
mail = "From: a@example.org\r\nMIME-Version: 1.0\r\n"
put("mail-nested.eml", "three thousand messages, one in the other", mail + "Content-Type: message/rfc822\r\n\r\n" * 3000)
put("mail-boundary.eml", "a boundary that is empty, one that is its own, and parts without end", mail + 'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n' + '--\r\nContent-Type: multipart/mixed; boundary="-"\r\n\r\n' * 200)
put("mail-name.eml", "an attachment whose name leads out and clears the screen", mail + 'Content-Type: application/octet-stream; name="../../../etc/=?utf-8?q?=1B[2J?=prefs.js"\r\nContent-Transfer-Encoding: base64\r\n\r\n' + __import__("base64").b64encode(prefs().encode()).decode())


def seven(packed, unpacked, name, start=None):
    """A 7z archive of one block of LZMA2 with one file (7zFormat.txt); the list of files is not packed."""
    number = lambda value: b"\xff" + struct.pack("<Q", value)
    names = b"\0" + name.encode("utf-16-le") + b"\0\0"
    streams = b"\1\4\6\0\1\t" + number(len(packed)) + b"\0\7\x0b\1\0\1\x21\x21\1\x10\x0c" + number(unpacked) + b"\0\x08\0\0"
    listing = streams + b"\5\1\x11" + number(len(names)) + names + b"\0\0"
    start = start or struct.pack("<QQI", len(packed), len(listing), zlib.crc32(listing))
    return b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(start)) + start + packed + listing


def lzma2(data):
    return lzma.compress(data, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}])


put("7z-bomb.7z", "60 MB of zeros in a 7z archive", seven(lzma2(b"user_pref(" + ZEROS), 10 + len(ZEROS), "prefs.js"))
put("7z-size.7z", "a 7z archive that says its file has 2^60 bytes", seven(lzma2(prefs().encode()), 1 << 60, "prefs.js"))
put("7z-list.7z", "a 7z archive whose list of files is said to lie 2^63 bytes further on", seven(lzma2(prefs().encode()), 100, "prefs.js", struct.pack("<QQI", 1 << 63, 1 << 63, 0)))
put("7z-unfinished.7z", "a 7z archive that does not say where its list is, and a hundred thousand places where it may be", b"7z\xbc\xaf\x27\x1c\0\4" + b"\0" * 24 + b"\1\0" * 50_000)
put("7z-damaged.7z", "nothing behind the first bytes of a 7z archive that could be one", b"7z\xbc\xaf\x27\x1c\0\4" + b"\xff" * 100)
put("archive.rar", "an archive of a kind that is not opened", b"Rar!\x1a\7\1\0" + b"\xff" * 100)

# Other syntaxes.
put("autoconfig-deep.xml", "elements of configuration, ten thousand deep", '<?xml version="1.0"?><clientConfig version="1.1">' + '<emailProvider id="x">' * 10_000)
put("outlook.prf", "INI with a key of 100 kB, and ten thousand sections", "[I_Mail]\nPOP3Server=POP3Server\n[Account1]\n" + "k" * 100_000 + "=1\n" + "".join(f"[S{i}]\n" for i in range(10_000)))
put("autoconfig-entities.xml", "entities that unfold to gigabytes, in a configuration", '<?xml version="1.0"?><!DOCTYPE clientConfig [<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)) + ']><clientConfig version="1.1"><emailProvider id="x"><domain>&j;</domain><incomingServer type="imap"><hostname>&j;</hostname><port>993</port></incomingServer></emailProvider></clientConfig>')
put("prefs-megabyte-line.js.gz", "a line of a megabyte, with a wrong setting at each end", gzip.compress((prefs().replace("\n", " ") + "/*" + "x" * 1_000_000 + "*/" + prefs("pop.example.org").replace("\n", " ")).encode(), mtime=0))
put("reg-megabyte-line.reg.gz", "a value of a megabyte on one line", gzip.compress(reg(['"clsid"="{ED475411-B0D6-11D2-8C3B-00104B2A6676}"', '"Email"="anna@example.org"', '"POP3 Server"="pop.example.org"', '"Account Name"="' + "x" * 500_000 + '"']), mtime=0))
put("reg-stops.reg.gz", "lines that may each name a dialect, before bytes that may each end a line", gzip.compress(b"\xff\xfe" + ("Windows Registry Editor Version 5.00\n[HKEY_CURRENT_USER\\Software\\x]\n" + "W\n" * 20_000 + "\u0a0a" * 40_000).encode("utf-16-le"), mtime=0))
# A megabyte that unpacks to less than a hundred times its length.
megabyte = "".join(random.Random(1).choices("abcdefgh", k=70_000)).replace("a", "a" * 64).replace("b", "b" * 64)
put("prefs-semicolons.js.gz", "an error in every other byte, far to the right, behind a megabyte", gzip.compress(f'user_pref("a", 1);\n/*{megabyte}*/{prefs()}{("; " * 499 + chr(10)) * 200}'.encode(), mtime=0))
put("prefs-late-mark.js.gz", "a byte order mark of UTF-16 between two settings, behind a megabyte", gzip.compress(f'user_pref("a", 1);\n/*{megabyte}*/\n'.encode() + b"\xff\xfe;\n" + prefs("pop.example.org").encode(), mtime=0))
put("cms-deep.mobileconfig", "a signed profile of four thousand sequences, none of which has an end", bytes.fromhex("308006092a864886f70d010702a080") + b"\x30\x80" * 4000)
put("cms-length.mobileconfig", "a signed profile that says it has 4 GB", bytes.fromhex("308006092a864886f70d010702a084ffffffff3084ffffffff020101"))
put("keyed-archive-cycle.plist", "a keyed archive of objects that hold each other", accounts_plist("<dict><key>$archiver</key><string>NSKeyedArchiver</string><key>$version</key><integer>100000</integer><key>$top</key><dict><key>root</key><dict><key>CF$UID</key><integer>1</integer></dict></dict><key>$objects</key><array><string>$null</string>" + "".join(f"<dict><key>NS.objects</key><array>{f'<dict><key>CF$UID</key><integer>{other}</integer></dict>' * 8}</array><key>$class</key><dict><key>CF$UID</key><integer>3</integer></dict></dict>" for other in (2, 1)) + "<dict><key>$classname</key><string>NSArray</string></dict></array></dict>"))
put("iaf-lengths.iaf", "records of lengths that are not there", b"fMAI" + struct.pack("<III", 1, 0, 0) + b"".join(struct.pack("<II", (tag << 16) | 0x1E, 0xFFFFFFF0) for tag in range(0x1A0, 0x1F0)))
put("ini-no-line-end.ini", "a section whose name has a hundred thousand brackets, and a key without a value, a value without a key", "[" * 100_000 + "]" * 10 + "\n=\n[]\n=x\nx=\n" + "\0" * 100)
put("policies.json", "an object of ten thousand brackets", '{"policies":' * 5000 + "[" * 5000)
put("name-\u202egpj.sj", "a file name that is shown the wrong way round", prefs())

# Mail, of which each field and each part takes three to thirty bytes.
def mail(head, body):
    return "From: a@example.org\nMIME-Version: 1.0\n" + head + "\n\n" + body

put("mail-blank-in-field.eml.gz", "messages in messages, twenty thousand deep, with a blank in the name of the field that says so", gzip.compress(mail("Subject: x", "").rstrip("\n").encode() + b"\n" + b"Content -Type:message/rfc822\n\n" * 20_000, 9, mtime=0))
put("mail-digest.eml.gz", "a digest of eighteen thousand empty messages", gzip.compress(mail("Content-Type: multipart/digest; boundary=b", "--b\n\n" * 18_000).encode(), 9, mtime=0))
put("mail-fields.eml.gz", "a message of a hundred thousand fields", gzip.compress(mail("a:\n" * 100_000 + "Content-Type: multipart/mixed; boundary=b", "--b\n\nx\n--b--\n").encode(), 9, mtime=0))
put("mail-same-names.eml", "forty attachments of one name", mail("Content-Type: multipart/mixed; boundary=b", ('--b\nContent-Disposition: attachment; filename="prefs.js"\n\n' + prefs()) * 40 + "--b--\n"))

# What is small, and many times looked at.
put("zip-companions.zip", "a preference file with three hundred scripts of administrators beside it", zipped(("p/prefs.js", prefs().encode()), *((f"p/{i}.cfg", b"//\n") for i in range(300))))
put("zip-profiles.zip", "a list of ten thousand profiles, over thirty of them", zipped(("h/profiles.ini", b"".join(b"[Profile%d]\nPath=%d\nName=a\n" % (i, i) for i in range(10_000))), *((f"h/{i}/prefs.js", prefs().encode()) for i in range(30))))
put("troubleshooting-servers.txt.gz", "one account with twelve hundred outgoing servers", gzip.compress(("    INCOMING: account1, , (pop3) mail.example.org:110, plain, passwordCleartext\n" + "    OUTGOING: A <a@example.org>, mail.example.org, plain, none, true\n" * 1200).encode(), 9, mtime=0))
put("declaration-numbers.json.gz", "a declaration with a list of two hundred thousand numbers", gzip.compress(('{"Type": "com.apple.configuration.account.mail", "Payload": {"x": [' + "0," * 210_000 + "0]}}").encode(), 9, mtime=0))
put("com.apple.mail.plist.gz", "a list of forty-five thousand lists, each of the same four texts", gzip.compress(bplist([b"\xd1\x00\x01\x00\x02", b"\x5cMailAccounts", b"\xaf\x11" + struct.pack(">H", 45_000) + b"\x00\x03" * 45_000, b"\xa4" + b"\x00\x01" * 4], ref_size=2), 9, mtime=0))
put("sqlite-default.sqlite.gz", "three thousand rows with a column of a kilobyte that stands in the file once", gzip.compress(database(
    "CREATE TABLE ZACCOUNTTYPE (Z_PK INTEGER PRIMARY KEY, ZIDENTIFIER TEXT)", "INSERT INTO ZACCOUNTTYPE VALUES (1, 'com.apple.account.IMAP')",
    "CREATE TABLE ZACCOUNT (Z_PK INTEGER PRIMARY KEY, ZACCOUNTTYPE INTEGER)",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO ZACCOUNT SELECT i, 1 FROM n",
    "ALTER TABLE ZACCOUNT ADD COLUMN ZUSERNAME TEXT DEFAULT '" + "x" * 1000 + "'"), 9, mtime=0))
put("autoconfig-placeholders.xml", "a user name of three hundred placeholders, each a domain of a kilobyte", '<clientConfig version="1.1"><emailProvider id="x"><domain>' + "a" * 1000 + '</domain><incomingServer type="imap"><hostname>' + "%EMAILDOMAIN%" * 300 + "</hostname><username>" + "%EMAILADDRESS%" * 300 + "</username></incomingServer></emailProvider></clientConfig>")
put("autodiscover-shared-name.xml.gz", "a name of thirty kilobytes that each of two hundred accounts bears", gzip.compress(('<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"><Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"><User><DisplayName>' + "D" * 30_000 + "</DisplayName></User><Account><AccountType>email</AccountType><Action>settings</Action>" + "<Protocol><Type>IMAP</Type><Server>mail.example.org</Server><Port>143</Port></Protocol>" * 200 + "</Account></Response></Autodiscover>").encode(), 9, mtime=0))
put("autoconfig-unknown-entities.xml", "nine thousand entities that nobody has declared", '<clientConfig version="1.1"><emailProvider id="x"><incomingServer type="imap"><hostname>' + "&nothing;" * 9000 + "</hostname></incomingServer></emailProvider></clientConfig>")
put("prefs-line-of-findings.js.gz", "sixty accounts with mistakes, on one line", gzip.compress(('user_pref("mail.accountmanager.accounts", "' + ",".join(f"a{i}" for i in range(60)) + '"); ' + " ".join(f'user_pref("mail.account.a{i}.server", "s{i}"); user_pref("mail.account.a{i}.identities", "i{i}"); user_pref("mail.identity.i{i}.useremail", "u{i}@example.org"); user_pref("mail.server.s{i}.type", "pop3"); user_pref("mail.server.s{i}.hostname", "pop.example.org"); user_pref("mail.server.s{i}.userName", "u{i}");' for i in range(60))).encode(), 9, mtime=0))
put("prefs-no-width.js", "a line of thirty thousand characters without width", prefs("pop.example.org").replace("\n", " ") + "// " + "\u0301" * 30_000)

# Secrets where none belong. The test looks for the word in every output.
SECRET = "hunter2"
put("secret-in-names.js", "passwords in the names of servers, of accounts and of a proxy", prefs(f"https://anna:{SECRET}@pop.example.org", "anna", f"pop://anna:{SECRET}@pop.example.org", f'user_pref("network.proxy.type", 1);\nuser_pref("network.proxy.socks", "anna:{SECRET}@proxy.example.org");\n'))
put("secret-beside.js", "passwords in settings and comments on the line of a mistake", prefs("pop.example.org").replace('"pop.example.org");', f'"pop.example.org"); // Passwort: {SECRET}').replace("\n", f' user_pref("a.PassWord2", "{SECRET}");\n'))
put("secret.k9s", "passwords and sign-ins under names of any case and prefix, on one line", f'<k9settings format="1" version="50"><accounts><account uuid="00000000-0000-0000-0000-000000000001"><incoming-server type="POP3"><extra><value key="oAuthState">{SECRET}</value></extra><Password>{SECRET}</Password><k:password>{SECRET}</k:password><Pass>{SECRET}</Pass><!-- pw: {SECRET} --><host>pop.example.org</host><port>110</port><username>anna</username></incoming-server><identities><identity><email>anna@example.org</email></identity></identities></account></accounts></k9settings>')
put("secret-policies.json", "passwords in policies, some in a setting that is mail's", '{"policies": {"Preferences": {"mail.server.x9.hostname": "https://a:' + SECRET + '@h", "a.password": {"Value": "' + SECRET + '"}}, "Proxy": {"Passphrase": ["' + SECRET + '"]}}}')
put("secret-script.cfg", "passwords in an administrator's script, in calls and beside them", f'//\nvar password = "{SECRET}"; lockPref("mail.server.x9.hostname", "https://a:{SECRET}@h"); // token {SECRET}\nlockPref("a.password",\n  f("{SECRET}"));\n')
put("secret.ini", "passwords in the line of a section, behind a value, and in a comment", f"[Account] password={SECRET}\nMailServer=pop.example.org ; password={SECRET}\nSMTPServer=https://a:{SECRET}@smtp.example.org\nMailAddress=anna@example.org\n; {SECRET} is the password\n")
put("secret.reg", "passwords in a comment behind a value, and in the name of a server", reg(['"clsid"="{ED475411-B0D6-11D2-8C3B-00104B2A6676}"', f'"POP3 Server"="pop.example.org" ; password {SECRET}', f'"SMTP Server"="https://a:{SECRET}@h"', '"Email"="anna@example.org"', f'"Passphrase"="{SECRET}"']))
put("secret.plist", "passwords under names of their own, in a comment, and in an address, on one line", mail_accounts(f"https://a:{SECRET}@pop.example.org").replace("<key>Username", f"<key>Passwort</key><string>{SECRET}</string><!-- password {SECRET} --><key>Token</key><string>{SECRET}</string><key>Username"))

with open(os.path.join(HERE, "README.md"), "w") as file:
    file.write("# Files that want to hurt us\n\nMade by `make.py`. `tests/hostile.rs` runs each of them through every output format, under a ceiling of memory and time: no panic,\nno hang, nothing of theirs that a terminal, a browser, a spreadsheet or a build server would act on.\n\n| file | what it tries |\n|---|---|\n")
    for name, tries in TABLE:
        shown = name.replace("\u202e", "<U+202E>")
        file.write(f"| `{shown}` | {tries} |\n")
print(len(TABLE), "files", sum(os.path.getsize(os.path.join(HERE, name)) for name, _ in TABLE), "bytes")
