use std::collections::BTreeMap;

use maillint_model::Account;

use crate::Finding;

/// Gives each finding its fingerprint: the same in every run that sees the same file under the same name.
pub(crate) fn sign(findings: Vec<(Finding, String)>, accounts: &[Account]) -> Vec<Finding> {
    let mut seen: BTreeMap<u64, u32> = BTreeMap::new();
    let sign = |(mut finding, subject): (Finding, String)| {
        let account = accounts.get(finding.account);
        let file = account.map_or("", |account| account.file.name());
        let client = account.map_or("", |account| account.format.client);
        let key = account.map_or("", |account| account.key.as_str());
        let hash = hash(&[finding.rule.id, client, file, key, &subject]);
        let count = seen.entry(hash).and_modify(|count| *count += 1).or_insert(0);
        finding.fingerprint = if *count == 0 { format!("{hash:016x}") } else { format!("{hash:016x}-{}", *count + 1) };
        finding
    };
    findings.into_iter().map(sign).collect()
}

/// FNV-1a, 64 bits: written out, because the hashers of the standard library may change between releases.
fn hash(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0xFF]));
    bytes.fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn the_hash_is_the_published_one_and_keeps_parts_apart() {
        // FNV-1a of "a\xFF", computed by hand from the reference constants.
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        assert_eq!(hash(&["a"]), step(step(0xCBF2_9CE4_8422_2325, b'a'), 0xFF));
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
    }
}
