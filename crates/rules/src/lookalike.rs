//! Letters that look like others, as static tables made by `build.rs`.

include!(concat!(env!("OUT_DIR"), "/lookalikes.rs"));

/// What a text looks like: two texts of one shape are hard to tell apart (the skeleton of UTS #39, for text in NFC).
pub(crate) fn shape(text: &str) -> String {
    let mut shape = String::with_capacity(text.len());
    for letter in text.chars() {
        match LOOKALIKES.binary_search_by_key(&letter, |(known, ..)| *known).map(|at| LOOKALIKES[at]) {
            Ok((_, offset, len)) => {
                shape.push_str(SHAPES.get(usize::from(offset)..usize::from(offset) + usize::from(len)).unwrap_or(""));
            }
            Err(_) => shape.push(letter),
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_security::confusable_detection::skeleton;

    use super::shape;

    #[test]
    fn a_letter_of_another_alphabet_has_the_shape_of_ours() {
        assert_eq!(shape("\u{430}pple.com"), shape("apple.com"));
        assert_eq!(shape("example.org"), shape("exarnple.org"));
        assert_ne!(shape("example.org"), shape("example.net"));
    }

    proptest! {
        #[test]
        fn texts_of_one_skeleton_are_of_one_shape(text in "[a-z0-9.\u{400}-\u{4FF}\u{370}-\u{3FF}\u{E0}-\u{FF}]{0,12}") {
            let made: String = skeleton(&text).collect();
            prop_assert_eq!(shape(&text), made);
        }
    }
}
