//! Any model in every report: well formed, no secret, nothing of a file does anything. Redacted as well.
#![no_main]

use libfuzzer_sys::arbitrary::Unstructured;
use libfuzzer_sys::fuzz_target;
use maillint_fuzz::{inert, model};
use maillint_report::{Format, Style, redact};

fuzz_target!(|data: &[u8]| {
    let mut u = Unstructured::new(data);
    let (Ok(style), Ok(width), Ok(is_redacted)) = (u.arbitrary::<[bool; 2]>(), u.arbitrary::<u8>(), u.ratio(1, 4))
    else {
        return;
    };
    let Ok(run) = model::run(&mut u) else { return };
    let run = if is_redacted { redact(run, &|domain| domain.len() % 2 == 0) } else { run };
    let style = Style { color: style[0], links: style[1], width: width.into() };
    for format in Format::ALL {
        inert::report(*format, &run, &style);
        if format.is_for_accounts() {
            inert::accounts(*format, &run, &style);
        }
    }
    let _ = run.worst();
});
