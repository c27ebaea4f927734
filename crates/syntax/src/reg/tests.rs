use std::fmt::Write as _;

use maillint_source::{Limits, SourceFile, decode_mixed};
use proptest::prelude::*;

use super::{Data, Dialect, Document, Sieve, parse, sift};

fn read(text: &str) -> Document {
    parse(text, |name| name.to_lowercase().contains("password"), &Limits::default())
}

/// Every value as `path\name = data`, then every problem as `line: message`.
fn show(text: &str) -> String {
    let document = read(text);
    let mut out = String::new();
    for key in document.registry.keys() {
        for value in key.values() {
            let data = match &value.data {
                Data::Text(text) => format!("{text:?}"),
                Data::Number(number) => number.to_string(),
                Data::Bytes(bytes) => format!("{bytes:02x?}"),
                Data::Secret => "(secret)".to_owned(),
                Data::Unreadable => "(unreadable)".to_owned(),
            };
            writeln!(out, "{}\\{} = {data}", key.path, value.name.value).unwrap();
        }
    }
    let file = SourceFile::seal("f", decode_mixed(text.as_bytes()), &[]);
    for problem in &document.problems {
        writeln!(out, "line {}: {}", file.position(problem.span.start).line, problem.message).unwrap();
    }
    out
}

#[test]
fn every_type_of_version_5() {
    let text = "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\K]\r\n\
        @=\"default\"\r\n\
        \"sz\"=\"C:\\\\dir \\\"x\\\"\"\r\n\
        \"dword\"=dword:000003e3\r\n\
        \"short\"=dword:6e ; a comment\r\n\
        \"UPPER\" = DWORD:1F\r\n\
        \"bin\"=hex:01,ff,A\r\n\
        \"none\"=hex(0):\r\n\
        \"bytes sz\"=hex(1):4d,00,fc,00,00,00\r\n\
        \"expand\"=hex(2):25,00,00,00\r\n\
        \"le\"=hex(4):e3,03,00,00\r\n\
        \"be\"=hex(5):00,00,03,e3\r\n\
        \"multi\"=hex(7):61,00,00,00,00,00\r\n\
        \"hivex\"=str(1):\"mail.example.org\"\r\n";
    assert_eq!(
        show(text),
        "HKEY_CURRENT_USER\\K\\ = \"default\"\n\
         HKEY_CURRENT_USER\\K\\be = 995\n\
         HKEY_CURRENT_USER\\K\\bin = [01, ff, 0a]\n\
         HKEY_CURRENT_USER\\K\\bytes sz = \"Mü\"\n\
         HKEY_CURRENT_USER\\K\\dword = 995\n\
         HKEY_CURRENT_USER\\K\\expand = \"%\"\n\
         HKEY_CURRENT_USER\\K\\hivex = \"mail.example.org\"\n\
         HKEY_CURRENT_USER\\K\\le = 995\n\
         HKEY_CURRENT_USER\\K\\multi = [61, 00, 00, 00, 00, 00]\n\
         HKEY_CURRENT_USER\\K\\none = []\n\
         HKEY_CURRENT_USER\\K\\short = 110\n\
         HKEY_CURRENT_USER\\K\\sz = \"C:\\\\dir \\\"x\\\"\"\n\
         HKEY_CURRENT_USER\\K\\UPPER = 31\n"
    );
}

#[test]
fn version_4_has_text_in_the_code_page_but_bytes_as_they_are() {
    let text = "REGEDIT4\n[K]\n\"a\"=hex(1):4d,fc,00\n\"b\"=hex:4d,00,fc,00,00,00\n";
    assert_eq!(read(text).dialect, Some(Dialect::V4));
    assert_eq!(show(text), "K\\a = \"Mü\"\nK\\b = [4d, 00, fc, 00, 00, 00]\n");
}

#[test]
fn wine_doubles_backslashes_and_escapes_letters() {
    let text = "WINE REGISTRY Version 2\n;; All keys relative to REGISTRY\\\\User\\\\S-1-5\n\n#arch=win64\n\n\
        [Software\\\\Arbeit & B\\xfcro\\\\x] 1795384236\n#time=1dd7acb81e93c10\n\"a\"=str(2):\"C:\\\\x\\x20ac\"\n";
    assert_eq!(show(text), "Software\\Arbeit & Büro\\x\\a = \"C:\\\\x€\"\n");
}

#[test]
fn bytes_go_on_over_lines_with_comments_and_blank_lines_between() {
    let text = "[K]\n\"a\"=hex:01,\\\n  02,\\  \n; a comment\n\n  03\n\"b\"=dword:1\n";
    assert_eq!(show(text), "K\\a = [01, 02, 03]\nK\\b = 1\n");
}

#[test]
fn bytes_that_are_cut_off_are_kept_only_if_they_end_a_string() {
    assert_eq!(
        show("[K]\n\"a\"=hex:6d,00,00,00,\\\n\"b\"=hex:6d,00,61,\\\n"),
        "K\\a = [6d, 00, 00, 00]\nK\\b = (unreadable)\n\
         line 2: this value is cut off: the line says that it goes on, but it does not\n"
    );
    assert_eq!(
        show("[K]\n\"a\"=hex(1):6d,00,\n\"b\"=dword:1\n"),
        "K\\a = (unreadable)\nK\\b = 1\nline 2: this value is cut off: another byte was to come\n"
    );
}

#[test]
fn the_last_line_wins_and_names_have_no_case() {
    let text = "[HKCU\\A]\n\"x\"=\"1\"\n\"y\"=\"1\"\n[HKCU\\a]\n\"X\"=\"2\"\n\"y\"=-\n";
    assert_eq!(show(text), "HKCU\\A\\X = \"2\"\n");
}

#[test]
fn a_deleted_key_takes_what_is_below_it_and_its_own_lines_go_nowhere() {
    let text = "[A\\b]\n\"x\"=\"1\"\n[A\\b\\c]\n\"x\"=\"1\"\n[-a\\B]\n\"x\"=\"1\"\n[A\\b]\n\"new\"=\"1\"\n";
    assert_eq!(show(text), "A\\b\\new = \"1\"\n");
}

#[test]
fn a_key_that_comes_again_keeps_what_it_had_unless_it_was_deleted_in_between() {
    let text = "[A\\b]\nx=\n\"x\"=\"1\"\n[a\\B]\n\"y\"=\"2\"\n[A\\c]\n\"z\"=\"3\"\n[-A\\C]\n[A\\c]\n\"z2\"=\"4\"\n";
    let expected = "A\\b\\x = \"1\"\nA\\b\\y = \"2\"\nA\\c\\z2 = \"4\"\n\
                    line 2: this line is neither a [key] nor a \"name\"=value\n";
    assert_eq!(show(text), expected);
}

#[test]
fn a_second_export_may_follow_the_first() {
    let text = "Windows Registry Editor Version 5.00\n[A]\n\"a\"=\"1\"\nREGEDIT4\n\n[B]\n\"b\"=hex(1):6d,00\n";
    assert_eq!(show(text), "A\\a = \"1\"\nB\\b = \"m\"\n");
}

#[test]
fn one_odd_line_costs_no_other() {
    let text = "[K]\n\"a\"=dword:zz\n\"b\"=\"open\n\"c\"=quark:1\njunk\nmore junk\n\"d\"=hex:0g,\\\n  01\n\"e\"=dword:00000001\n\
        [L\n\"lost\"=\"1\"\n[M]\n\"f\"=\"1\"";
    assert_eq!(
        show(text),
        "K\\a = (unreadable)\nK\\b = (unreadable)\nK\\c = (unreadable)\nK\\d = (unreadable)\nK\\e = 1\nM\\f = \"1\"\n\
         line 2: a dword: has up to eight digits, 0 to 9 and a to f\n\
         line 3: the closing quote is missing\n\
         line 4: this kind of value is not known\n\
         line 5: this line is neither a [key] nor a \"name\"=value\n\
         line 7: these are not bytes in the form 00,1f,ff\n\
         line 10: this line names a key, but its closing bracket is missing; the values below it are not read\n"
    );
}

#[test]
fn a_string_may_hold_line_breaks_and_a_key_brackets() {
    let text = "[K [a] \"b\"; c]\n\"x\"=\"one\r\ntwo\"\n";
    assert_eq!(show(text), "K [a] \"b\"; c\\x = \"one\\r\\ntwo\"\n");
}

#[test]
fn old_exports_say_what_they_are() {
    assert_eq!(
        show("REGEDIT\nHKEY_CLASSES_ROOT\\x = y\n"),
        "line 1: this is an export of Windows 3.1, which has another form\n\
         line 2: this line is neither a [key] nor a \"name\"=value\n"
    );
    assert_eq!(show("REGEDIT5\n"), "line 1: Windows does not know this first line, and would import nothing\n");
    assert_eq!(show("\"x\"=\"y\"\n"), "line 1: this value stands above the first [key]\n");
}

#[test]
fn secrets_are_not_kept_and_their_places_are_known() {
    let text = "[K]\n\"POP3 Password\"=hex:02,68,\\\n  75,6e\n\"SMTP Password\"=\"hunter2\"\n; \"password\"=\"hunter2\"\n\
        \"Password Remembered\"=dword:00000001\n\"IMAP Password\"=hex:68,zz\n75,6e,74\n\"x\"=\"y\"\n";
    let document = read(text);
    let file = SourceFile::seal("f", decode_mixed(text.as_bytes()), &document.secrets);
    assert_eq!(
        file.text(),
        "[K]\n\"POP3 Password\"=***********\n*******\n\"SMTP Password\"=*********\n**********************\n\
         \"Password Remembered\"=dword:00000001\n\"IMAP Password\"=*********\n********\n\"x\"=\"y\"\n"
    );
    let key = document.registry.key("k").unwrap();
    assert_eq!(key.value("pop3 password").unwrap().data, Data::Secret);
    assert_eq!(key.value("password remembered").unwrap().number(), Some(1));
}

#[test]
fn places_are_those_of_the_data() {
    let text = "[HKCU\\Büro]\n\"a\" = \"ü\" ; c\n\"b\"=dword:0000006e\n";
    let document = read(text);
    let key = document.registry.key("hkcu\\BÜRO").unwrap();
    let slice = |name: &str| &text[key.value(name).unwrap().span.range()];
    assert_eq!(&text[key.span.range()], "HKCU\\Büro");
    assert_eq!((slice("a"), slice("b")), ("ü", "dword:0000006e"));
}

#[test]
fn of_many_runs_of_odd_lines_the_first_are_told_and_the_rest_are_counted() {
    let limits = Limits { notes_of_a_kind: 2, ..Limits::default() };
    let odd = "odd\nodd\n\"a\"=\"1\"\n";
    let document = parse(&format!("[K]\n{}", odd.repeat(5)), |_| false, &limits);
    let messages: Vec<&str> = document.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(messages[2..], ["there are 3 more places that could not be read"]);
}

#[test]
fn too_many_values_are_a_limit_not_a_hang() {
    let limits = Limits { nodes: 3, ..Limits::default() };
    let document = parse("[K]\n\"a\"=\"1\"\n\"b\"=\"1\"\n\"c\"=\"1\"\n\"d\"=\"1\"\n", |_| false, &limits);
    assert_eq!(document.problems.len(), 1);
    assert_eq!(document.registry.key("K").unwrap().values().count(), 3);
}

/// Registry text as tools write it, with some that nobody wrote.
fn reg_text() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "\\[(HKCU|A|B)\\\\(Wanted|Other|Büro)(\\\\[a-c]{1,2})?\\]",
        "\\[-(HKCU|A)\\\\(Wanted|Other)\\]",
        "\"[a-c ]{1,3}\"=\"[a-zö\\\\]{0,5}\"",
        "\"[a-c]\"=dword:[0-9a-g]{1,8}",
        "\"[a-c]\"=hex:[0-9a-f]{2},\\\\",
        "  [0-9a-f]{2},[0-9a-f]{2}",
        "(REGEDIT4|Windows Registry Editor Version 5.00|;.{0,5}|)",
        "(?s)[^\u{feff}]{0,8}",
        // Their UTF-16 holds the bytes of line ends.
        "[ \t]{0,2}[čĊഊਗ\"\\[]{1,4}",
    ];
    let end = prop_oneof![Just("\n"), Just("\r\n"), Just("\r")];
    proptest::collection::vec((line, end), 0..30)
        .prop_map(|lines| lines.into_iter().map(|(line, end)| line + end).collect())
}

fn encode(text: &str, form: u8) -> Vec<u8> {
    match form {
        0 => text.as_bytes().to_vec(),
        1 => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        2 => [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        3 => [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect(),
        _ => "Windows Registry Editor Version 5.00\r\n"
            .encode_utf16()
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect(),
    }
}

fn wanted(path: &str) -> bool {
    path.contains("Wanted")
}

#[test]
fn a_sieve_keeps_what_is_wanted_with_the_lines_it_had() {
    let text =
        "REGEDIT4\n\n[A]\n\"x\"=\"1\"\n[A\\Wanted]\n\"y\"=\"2\"\n\n[B]\n[-A]\n\"z\"=\"3\"\n[B\\Wanted]\n\"w\"=\"4\"\n";
    for form in 0..4 {
        let sifted = sift(&encode(text, form), wanted, &Limits::default());
        let file = SourceFile::seal("f", sifted.decoded, &[]);
        assert_eq!(file.text(), "REGEDIT4\n\n[A\\Wanted]\n\"y\"=\"2\"\n\n[-A]\n[B\\Wanted]\n\"w\"=\"4\"\n");
        let line = |needle: &str| file.position(u32::try_from(file.text().find(needle).unwrap()).unwrap()).line;
        assert_eq!([line("REGEDIT4"), line("[A\\W"), line("\"y\""), line("[-A]"), line("\"w\"")], [1, 5, 6, 9, 12]);
    }
}

#[test]
fn a_sieve_says_what_it_could_not_keep() {
    let limits = Limits { line_bytes: 40, file_bytes: 60, ..Limits::default() };
    let text = format!(
        "[Other]\n\"a\"=\"{0}\"\n[Wanted]\n\"a\"=\"{0}\"\n\"b\"=\"{1}\"\n\"c\"=\"{1}\"\n",
        "x".repeat(99),
        "y".repeat(33)
    );
    let sifted = sift(text.as_bytes(), wanted, &limits);
    assert_eq!((sifted.too_long, sifted.full), (vec![4], true));
    assert_eq!(sifted.decoded.text, format!("[Wanted]\n\"b\"=\"{}\"\n", "y".repeat(33)));
}

#[test]
fn an_over_long_line_ends_at_a_carriage_return_too() {
    let text = format!("{}\r[HKEY_CURRENT_USER\\a]\n\"x\"=\"1\"\n", "-".repeat(5_000));
    let limits = Limits { line_bytes: 200, ..Limits::default() };
    let mut sieve = Sieve::new(|_: &str| true, &limits);
    text.bytes().for_each(|byte| sieve.push(&[byte]));
    let sifted = sieve.finish();
    assert_eq!(sifted.decoded.text, "[HKEY_CURRENT_USER\\a]\n\"x\"=\"1\"\n");
    assert_eq!(sifted.too_long, [1]);
}

proptest! {
    #[test]
    fn any_text_is_read_and_every_span_lies_in_it(text in "(?s)[\\[\\]\"=@;\\\\a-f0-9:,()xhedwörs\r\n -]{0,200}") {
        let document = read(&text);
        for key in document.registry.keys() {
            prop_assert!(text.get(key.span.range()).is_some());
            for value in key.values() {
                prop_assert!(text.get(value.span.range()).is_some());
                prop_assert!(text.get(value.name.span.range()).is_some());
            }
        }
        for span in document.problems.iter().map(|problem| problem.span).chain(document.secrets) {
            prop_assert!(text.get(span.range()).is_some());
        }
    }

    #[test]
    fn the_size_of_chunks_does_not_matter(text in reg_text(), form in 0_u8..5, sizes in proptest::collection::vec(1_usize..6000, 1..50), line_bytes in 4_usize..60) {
        let bytes = encode(&text, form);
        let limits = Limits { line_bytes, ..Limits::default() };
        let whole = sift(&bytes, wanted, &limits);
        let mut sieve = Sieve::new(wanted, &limits);
        let mut rest = bytes.as_slice();
        for size in sizes.iter().cycle() {
            let (chunk, left) = rest.split_at(rest.len().min(*size));
            sieve.push(chunk);
            rest = left;
            if rest.is_empty() {
                break;
            }
        }
        let parts = sieve.finish();
        prop_assert_eq!(parts.decoded.text, whole.decoded.text);
        prop_assert_eq!(parts.decoded.jumps, whole.decoded.jumps);
        prop_assert_eq!(parts.too_long, whole.too_long);
    }

    #[test]
    fn what_is_kept_is_what_a_look_at_each_line_would_keep(text in reg_text(), form in 0_u8..4) {
        let mut keep = true;
        let mut expected = Vec::new();
        for (number, line) in (1..).zip(text.replace("\r\n", "\n").split(['\n', '\r'])) {
            let start = line.trim_start_matches([' ', '\t']);
            let key = start.trim_start_matches('[');
            let key = key.rfind(']').map_or(key, |close| &key[..close]);
            let is_header = start.starts_with("REGEDIT") || start.starts_with("Windows Registry Editor");
            if start.starts_with('[') {
                keep = wanted(key);
            } else if is_header {
                keep = true;
            }
            if keep || start.starts_with('[') && key.starts_with('-') {
                expected.push((number, line.to_owned()));
            }
        }
        let sifted = sift(&encode(&text, form), wanted, &Limits::default());
        let file = SourceFile::seal("f", sifted.decoded, &[]);
        let kept = file.text().replace("\r\n", "\n");
        let mut at = 0;
        for line in kept.split(['\n', '\r']) {
            let number = file.position(u32::try_from(at).unwrap()).line;
            at += line.len();
            at += if file.text()[at..].starts_with("\r\n") { 2 } else { 1 };
            if (number, line) == (0, "") || expected.is_empty() {
                break;
            }
            prop_assert_eq!((number, line.to_owned()), expected.remove(0));
        }
        prop_assert!(expected.iter().all(|(_, line)| line.is_empty()), "lost: {:?}", expected);
    }

    #[test]
    fn a_sieve_that_wants_everything_changes_nothing(text in reg_text(), form in 0_u8..4) {
        let bytes = encode(&text, form);
        let sifted = sift(&bytes, |_| true, &Limits::default());
        prop_assert_eq!(sifted.decoded.text, decode_mixed(&bytes).text);
    }

    #[test]
    fn sieving_before_parsing_is_the_same_as_after(keys in proptest::collection::vec(("(A|B)\\\\(Wanted|Other)(\\\\[ab])?", proptest::collection::vec(("[a-c]", 0_u32..9), 0..4)), 0..12)) {
        let mut text = String::from("Windows Registry Editor Version 5.00\r\n\r\n");
        for (path, values) in &keys {
            write!(text, "[{path}]\r\n").unwrap();
            for (name, number) in values {
                write!(text, "\"{name}\"=dword:{number:08x}\r\n").unwrap();
            }
            text += "\r\n";
        }
        let values = |document: &Document| -> Vec<(String, String, Option<u32>)> {
            let keys = document.registry.keys().filter(|key| wanted(&key.path));
            keys.flat_map(|key| key.values().map(|value| (key.path.clone(), value.name.value.clone(), value.number()))).collect()
        };
        let sifted = sift(text.as_bytes(), wanted, &Limits::default());
        prop_assert_eq!(values(&read(&sifted.decoded.text)), values(&read(&text)));
    }
}
