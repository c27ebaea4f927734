//! Keyed archives: object graphs that `NSKeyedArchiver` writes as a property list of numbered objects.
//!
//! An archive is `{$archiver, $version, $top: {root: UID}, $objects: ["$null", …]}`. Foundation's containers and value
//! classes are resolved to the plain values that they stand for; everything is found by shape, as class names vary.

use maillint_source::{Limits, Span};

use super::{Kind, Value};
use crate::{Problem, Spanned};

/// Whether a property list is a keyed archive.
pub fn is_archive(root: &Value) -> bool {
    root.get("$objects").is_some() && root.get("$top").is_some()
}

/// Resolves an archive to the value that it holds. Places are dropped: an archive has a text of its own only by
/// accident.
///
/// # Errors
/// An archive that is damaged, contains itself, or unfolds to more than the limits allow.
pub fn resolve(root: &Value, limits: &Limits) -> Result<Value, Problem> {
    let damaged = || Problem::syntax("the keyed archive is damaged", root.span);
    let objects = root.get("$objects").map(Value::items).ok_or_else(damaged)?;
    let top = root.get("$top").ok_or_else(damaged)?;
    // `root` is what `archivedData(withRootObject:)` writes; an archive with one other key is as good.
    let top = top.get("root").or_else(|| top.entries().first().map(|(_, value)| value)).ok_or_else(damaged)?;
    let mut resolver = Resolver { objects, limits, open: vec![false; objects.len()], nodes: 0, bytes: 0 };
    resolver.value(top, 0)
}

struct Resolver<'a> {
    objects: &'a [Value],
    limits: &'a Limits,
    /// The objects that are being resolved, to find one that holds itself.
    open: Vec<bool>,
    nodes: usize,
    bytes: usize,
}

impl Resolver<'_> {
    /// Resolves a value as it stands in the archive: a reference is followed, everything else is itself.
    fn value(&mut self, value: &Value, depth: usize) -> Result<Value, Problem> {
        let Some(uid) = uid(value) else { return self.object(value, depth) };
        let index = usize::try_from(uid).unwrap_or(usize::MAX);
        let Some(object) = self.objects.get(index) else {
            return Err(Problem::syntax("the keyed archive refers to an object that is not there", value.span));
        };
        if self.open[index] {
            return Err(Problem::syntax("the keyed archive contains itself", value.span));
        }
        self.open[index] = true;
        let resolved = self.object(object, depth);
        self.open[index] = false;
        resolved
    }

    fn object(&mut self, object: &Value, depth: usize) -> Result<Value, Problem> {
        self.nodes += 1;
        self.bytes += match &object.kind {
            Kind::String(text) => text.len(),
            Kind::Data(bytes) => bytes.len(),
            _ => 0,
        };
        let over = self.nodes > self.limits.nodes || self.bytes as u64 > self.limits.file_bytes;
        if over || depth >= self.limits.depth {
            return Err(Problem::limit("the keyed archive unfolds to too much; it was not read", object.span));
        }
        if let Some(why) = self.limits.late() {
            return Err(Problem::limit(format!("{why}; it was not read"), object.span));
        }
        let kind = match &object.kind {
            Kind::Dict(_) => self.instance(object, depth)?,
            Kind::Array(items) => {
                Kind::Array(items.iter().map(|item| self.value(item, depth + 1)).collect::<Result<_, _>>()?)
            }
            // Object 0 stands for nil.
            Kind::String(text) if text == "$null" => Kind::Other,
            kind => kind.clone(),
        };
        Ok(Value::unlisted(kind))
    }

    /// An object with a class.
    fn instance(&mut self, object: &Value, depth: usize) -> Result<Kind, Problem> {
        if let Some(values) = object.get("NS.objects") {
            let mut values =
                values.items().iter().map(|item| self.value(item, depth + 1)).collect::<Result<Vec<_>, _>>()?;
            let Some(keys) = object.get("NS.keys") else { return Ok(Kind::Array(values)) };
            let mut entries = Vec::new();
            for (key, value) in keys.items().iter().zip(values.drain(..)) {
                let key = self.value(key, depth + 1)?;
                if let Kind::String(key) = key.kind {
                    entries.push((Spanned::new(key, Span::default()), value));
                }
            }
            return Ok(Kind::Dict(entries));
        }
        // NSString, NSURL, NSNumber, NSDate (seconds since 2001), NSData.
        for key in ["NS.string", "NS.relative", "NS.intval", "NS.dblval", "NS.boolval", "NS.time", "NS.data"] {
            if let Some(value) = object.get(key) {
                return Ok(self.value(value, depth + 1)?.kind);
            }
        }
        if let Some(Kind::Data(bytes)) = object.get("NS.bytes").map(|value| &value.kind) {
            return Ok(std::str::from_utf8(bytes).map_or(Kind::Other, |text| Kind::String(text.to_owned())));
        }
        // An object of a class of the program's own: its fields.
        let mut entries = Vec::new();
        for (key, value) in object.entries().iter().filter(|(key, _)| key.value != "$class") {
            entries.push((Spanned::new(key.value.clone(), Span::default()), self.value(value, depth + 1)?));
        }
        Ok(Kind::Dict(entries))
    }
}

/// The number of a reference; XML writes it as `{CF$UID: n}`.
fn uid(value: &Value) -> Option<u64> {
    match &value.kind {
        Kind::Uid(uid) => Some(*uid),
        Kind::Dict(entries) => match entries.as_slice() {
            [(key, Value { kind: Kind::Integer(uid), .. })] if key.value == "CF$UID" => u64::try_from(*uid).ok(),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use maillint_source::Limits;
    use proptest::prelude::*;

    use super::super::{Kind, Value, parse};
    use super::{is_archive, resolve};

    /// Resolves an archive of these objects (XML, from number 1 on), of which number 1 is the outermost.
    fn read(objects: &str) -> Result<Value, String> {
        let text = format!(
            "<plist><dict><key>$archiver</key><string>NSKeyedArchiver</string><key>$version</key><integer>100000</integer>\
             <key>$top</key><dict><key>root</key>{}</dict>\
             <key>$objects</key><array><string>$null</string>{objects}</array></dict></plist>",
            uid(1)
        );
        let document = parse(text.as_bytes(), &Limits::default()).unwrap();
        assert!(is_archive(&document.root));
        resolve(&document.root, &Limits::default()).map_err(|problem| problem.message)
    }

    fn uid(number: usize) -> String {
        format!("<dict><key>CF$UID</key><integer>{number}</integer></dict>")
    }

    fn object(key: &str, values: &[usize]) -> String {
        let values: String = values.iter().map(|number| uid(*number)).collect();
        format!("<dict><key>{key}</key><array>{values}</array></dict>")
    }

    fn string(text: &str) -> Kind {
        Kind::String(text.to_owned())
    }

    #[test]
    fn values_stand_for_themselves() {
        assert_eq!(read("<string>mail.example.org</string>").unwrap().kind, string("mail.example.org"));
        assert_eq!(read("<integer>993</integer>").unwrap().kind, Kind::Integer(993));
        assert_eq!(read("<string>$null</string>").unwrap().kind, Kind::Other);
    }

    #[test]
    fn foundations_classes_stand_for_plain_values() {
        let dictionary = format!(
            "<dict><key>NS.keys</key><array>{}</array><key>NS.objects</key><array>{}</array><key>$class</key>{}</dict>\
             <string>DeletionPolicy</string><integer>2</integer><dict><key>$classname</key><string>x</string></dict>",
            uid(2),
            uid(3),
            uid(4)
        );
        assert_eq!(read(&dictionary).unwrap().get("DeletionPolicy").unwrap().kind, Kind::Integer(2));
        let array = object("NS.objects", &[2, 3]) + "<string>a</string><string>b</string>";
        let items: Vec<Kind> = read(&array).unwrap().items().iter().map(|item| item.kind.clone()).collect();
        assert_eq!(items, [string("a"), string("b")]);
        assert_eq!(read("<dict><key>NS.string</key><string>s</string></dict>").unwrap().kind, string("s"));
        assert_eq!(read("<dict><key>NS.bytes</key><data>cw==</data></dict>").unwrap().kind, string("s"));
        assert_eq!(read("<dict><key>NS.boolval</key><true/></dict>").unwrap().kind, Kind::Bool(true));
    }

    #[test]
    fn a_cycle_and_a_missing_object_are_refused() {
        assert_eq!(read(&object("NS.objects", &[1])).unwrap_err(), "the keyed archive contains itself");
        assert_eq!(
            read(&object("NS.objects", &[9])).unwrap_err(),
            "the keyed archive refers to an object that is not there"
        );
    }

    #[test]
    fn an_archive_that_unfolds_to_ten_million_values_is_refused() {
        let levels: String = (2..9).map(|next| object("NS.objects", &[next; 10])).collect();
        let bomb = levels + "<true/>";
        assert_eq!(read(&bomb).unwrap_err(), "the keyed archive unfolds to too much; it was not read");
    }

    #[test]
    fn a_deep_archive_is_refused() {
        let deep: String = (2..200).map(|next| object("NS.objects", &[next])).collect();
        assert_eq!(read(&(deep + "<true/>")).unwrap_err(), "the keyed archive unfolds to too much; it was not read");
    }

    proptest! {
        #[test]
        fn any_graph_is_resolved_or_refused(graph in prop::collection::vec(prop::collection::vec(0..12_usize, 0..6), 1..12)) {
            let objects: String = graph.iter().map(|to| object("NS.objects", to)).collect();
            let _ = read(&objects);
        }
    }
}
