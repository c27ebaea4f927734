//! What holds for every format.

use crate::{Customer, Format, Run, Style, sample};

fn printed(format: Format) -> String {
    let mut out = Vec::new();
    format.write(&sample::run(), &Style::PLAIN, &mut out).unwrap();
    if format.is_for_accounts() {
        format.write_accounts(&sample::run(), &Style::PLAIN, &mut out).unwrap();
    }
    String::from_utf8(out).unwrap()
}

#[test]
fn no_format_tells_a_secret() {
    for format in Format::ALL {
        assert!(!printed(*format).contains(sample::SECRET), "{}", format.as_str());
    }
}

#[test]
fn no_format_lets_a_file_speak_to_the_terminal() {
    for format in Format::ALL {
        let controls: Vec<char> =
            printed(*format).chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\r')).collect();
        assert!(controls.is_empty(), "{}: {controls:?}", format.as_str());
    }
}

#[test]
fn every_format_tells_every_finding() {
    for format in Format::ALL {
        let text = printed(*format);
        let of_people = matches!(format, Format::Reply);
        for rule in ["host-prefix", "outgoing-auth-missing"] {
            assert_eq!(text.contains(rule), !of_people, "{}: {rule}", format.as_str());
        }
        assert!(text.contains("anna@example.org"), "{}", format.as_str());
        assert!(text.contains("old/prefs.js"), "{} hides a file", format.as_str());
    }
}

/// The sample, as two customers sent it in, and a third who sent nothing of use.
fn uploads() -> Run {
    let customer = |name: &str, files, accounts| Customer { name: name.to_owned(), files, accounts };
    let customers =
        vec![customer("anna <b>", 0..2, 0..1), customer("bob.zip", 2..3, 1..4), customer("carl", 3..3, 4..4)];
    Run { customers, closed_archives: 2, ..sample::run() }
}

#[test]
fn each_customer_has_a_verdict() {
    let run = uploads();
    let verdicts = run.customers.iter().map(|customer| run.customer(customer).0.as_str());
    assert_eq!(verdicts.collect::<Vec<_>>(), ["findings", "incomplete", "nothing"]);

    let printed = |format: Format| {
        let mut out = Vec::new();
        format.write(&run, &Style::PLAIN, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let human = printed(Format::Human);
    let end = human.find("anna <b>: ").unwrap();
    insta::assert_snapshot!(&human[end..], @r#"
    anna <b>: 1 account: 1 with 3 findings (1 error, 2 warnings)
    bob.zip: not everything could be read; 3 accounts: 1 fine, 1 not checked, 1
      without mail
    carl: no mail account was found

    4 accounts: 1 fine, 1 with 3 findings (1 error, 2 warnings), 1 not checked, 1
      without mail · 2 files read, 1 skipped (over a limit: old/prefs.js), 2
      archives not opened (name them, or use --uploads)
    "#);
    let markdown = printed(Format::Markdown);
    let table = markdown.lines().skip_while(|line| *line != "## Customers").take(7).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(table, @r#"
    ## Customers

    | customer | verdict |
    |---|---|
    | `anna <b>` | 1 account: 1 with 3 findings (1 error, 2 warnings) |
    | `bob.zip` | not everything could be read; 3 accounts: 1 fine, 1 not checked, 1 without mail |
    | `carl` | no mail account was found |
    "#);
    let html = printed(Format::Html);
    assert!(html.contains("<th role=\"rowheader\" scope=\"row\">anna &lt;b&gt;</th>"), "{html}");
    let account = html.lines().find(|line| line.contains("#account-0")).unwrap();
    assert!(account.contains("<td role=\"cell\">anna &lt;b&gt;</td>"), "whose account it is: {account}");

    let json: serde_json::Value = serde_json::from_str(&printed(Format::Json)).unwrap();
    let schema = serde_json::to_value(crate::json::scan_schema()).unwrap();
    assert!(jsonschema::is_valid(&schema, &json));
    let verdicts: Vec<&serde_json::Value> =
        json["customers"].as_array().unwrap().iter().map(|customer| &customer["verdict"]).collect();
    assert_eq!(verdicts, ["findings", "incomplete", "nothing"]);
    assert_eq!(json["customers"][1]["accounts"], serde_json::json!([1, 2, 3]));
}
