//! What `scan` finds, and what it says of what it could not read.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test makes its files, and may fail loudly")]

mod toy;

use std::fs;
use std::path::{Path, PathBuf};

use maillint_model::NoteKind;
use maillint_scan::{Options, paths_of_list, scan};
use maillint_source::Limits;
use tempfile::TempDir;
use toy::{options, told};

/// A folder with these files.
fn tree(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// What a scan of these paths below `folder` tells.
fn scanned(folder: &Path, paths: &[&str], change: impl FnOnce(&mut Options<'_>)) -> String {
    let limits = Limits::default();
    let mut options = options(&limits);
    change(&mut options);
    let paths: Vec<PathBuf> = paths.iter().map(|path| folder.join(path)).collect();
    told(&scan(&paths, &options))
}

#[test]
fn a_walk_opens_the_names_that_formats_name_wherever_they_lie() {
    let home = tree(&[("a/b/c/d/accounts.toy", "toy\nanna"), ("a/b/c/d/other.txt", "toy\nnobody")]);
    assert_eq!(
        scanned(home.path(), &[""], |_| ()),
        "a/b/c/d/accounts.toy read\n\
         - a/b/c/d/accounts.toy anna\n"
    );
}

#[test]
fn an_upload_is_recognised_by_content_near_the_top() {
    let uploads =
        tree(&[("outlook.txt", "toy\nanna"), ("customer 2/accounts (1).bin", "toy\nbert"), ("photo.jpg", "JFIF")]);
    assert_eq!(
        scanned(uploads.path(), &[""], |_| ()),
        "customer 2/accounts (1).bin read\n\
         outlook.txt read\n\
         - customer 2/accounts (1).bin bert\n\
         - outlook.txt anna\n"
    );
}

#[test]
fn a_named_file_is_recognised_whatever_its_name() {
    let folder = tree(&[("x/upload", "toy\nanna")]);
    assert_eq!(scanned(folder.path(), &["x/upload"], |_| ()), "upload read\n- upload anna\n");
}

#[test]
fn a_named_file_that_is_no_clients_is_told() {
    let folder = tree(&[("photo.jpg", "JFIF")]);
    assert_eq!(
        scanned(folder.path(), &["photo.jpg", "gone"], |_| ()),
        "photo.jpg skipped (info: no mail client's settings were recognised in it)\n\
         gone skipped (unreadable: there is no such file or folder)\n"
    );
}

#[test]
fn names_are_relative_to_the_folder_that_holds_all_that_was_given() {
    let folder = tree(&[("a/accounts.toy", "toy\nanna"), ("b/accounts.toy", "toy\nbert")]);
    assert_eq!(
        scanned(folder.path(), &["b/accounts.toy", "a"], |_| ()),
        "b/accounts.toy read\n\
         a/accounts.toy read\n\
         - b/accounts.toy bert\n\
         - a/accounts.toy anna\n"
    );
}

#[test]
fn the_files_of_one_store_are_brought_together_and_told_once() {
    let home = tree(&[
        ("index.toy", "index\n"),
        ("one/accounts.toy", "toy\nanna"),
        ("one/more.toy", "toy\nanna at work"),
        ("two/accounts.toy", "toy\nbert"),
    ]);
    assert_eq!(
        scanned(home.path(), &[""], |_| ()),
        "index.toy read\n\
         one/accounts.toy read\n\
         one/more.toy read\n\
         two/accounts.toy read\n\
         - one/accounts.toy anna\n\
         - one/more.toy anna at work\n\
         - two/accounts.toy bert\n"
    );
    // A file beside or above a named one belongs to it all the same.
    assert_eq!(
        scanned(home.path(), &["one/accounts.toy"], |_| ()),
        "../index.toy read\n\
         accounts.toy read\n\
         more.toy read\n\
         - accounts.toy anna\n\
         - more.toy anna at work\n"
    );
}

#[test]
fn in_a_crowded_folder_the_files_of_a_store_are_brought_together_too() {
    let mut files = vec![("accounts.toy".to_owned(), "toy\nanna"), ("index.toy".to_owned(), "index\n")];
    files.extend((0..200).map(|number| (format!("photo {number}.jpg"), "JFIF")));
    files.extend((0..100).map(|number| (format!("{number:03}.part"), "toy\nbert")));
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    let told = scanned(tree(&files).path(), &[""], |_| ());
    assert!(told.starts_with("000.part read\n"), "{told}");
    assert!(told.contains("\n099.part read\naccounts.toy read\nindex.toy read (info: an index)\n"), "{told}");
    assert_eq!(told.matches("- 0").count(), 100);
    assert_eq!(told.matches("photo").count(), 0);
}

#[test]
fn an_index_without_accounts_is_a_file_of_its_own() {
    let home = tree(&[("index.toy", "index\n")]);
    assert_eq!(scanned(home.path(), &[""], |_| ()), "index.toy read (info: an index)\n");
}

#[test]
fn one_star_in_a_companion_names_many() {
    let home = tree(&[("accounts.toy", "toy\na"), ("2.part", "toy\nc"), ("1.part", "toy\nb")]);
    assert_eq!(
        scanned(home.path(), &["accounts.toy"], |_| ()),
        "1.part read\n\
         2.part read\n\
         accounts.toy read\n\
         - accounts.toy a\n\
         - 1.part b\n\
         - 2.part c\n"
    );
}

#[test]
fn companions_that_are_too_many_or_too_long_together_are_told() {
    let names: Vec<String> = (0..257).map(|at| format!("{at:03}.part")).collect();
    let mut files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "toy\n")).collect();
    files.push(("accounts.toy", "toy\na"));
    let told = scanned(tree(&files).path(), &["accounts.toy"], |_| ());
    let note = "which belongs to it, was left out: such files are too many to be read, or too long together";
    assert!(told.contains(&format!("accounts.toy partly (limit: 256.part, {note})")), "{told}");
    assert!(told.contains("255.part read") && !told.contains("256.part read"), "{told}");

    let home = tree(&[("accounts.toy", "toy\na"), ("1.part", "toy\nb"), ("2.part", "toy\nc"), ("3.part", "t")]);
    let limits = Limits { file_bytes: 8, ..Limits::default() };
    let cut = self::told(&scan(&[home.path().join("accounts.toy")], &options(&limits)));
    let expected = format!(
        "1.part read\n3.part read\naccounts.toy partly (limit: 2.part, {note})\n- accounts.toy a\n- 1.part b\n"
    );
    assert_eq!(cut, expected);
}

#[test]
fn a_layer_that_was_named_lies_over_every_store_of_its_client() {
    let home = tree(&[("layer.toy", "layer\n"), ("home/accounts.toy", "toy\nanna")]);
    assert_eq!(
        scanned(home.path(), &["home", "layer.toy"], |_| ()),
        "home/accounts.toy read (info: under layer.toy)\n\
         layer.toy read (info: over all)\n\
         - home/accounts.toy anna\n"
    );
}

#[test]
fn a_layer_that_a_walk_found_lies_over_nothing() {
    let home =
        tree(&[("named/layer.toy", "layer\n"), ("home/layer.toy", "layer\n"), ("home/accounts.toy", "toy\nanna")]);
    assert_eq!(
        scanned(home.path(), &["home", "named/layer.toy"], |_| ()),
        "home/accounts.toy read (info: under named/layer.toy)\n\
         home/layer.toy read (info: over nothing)\n\
         named/layer.toy read (info: over all)\n\
         - home/accounts.toy anna\n"
    );
    assert_eq!(scanned(home.path(), &["named/layer.toy"], |_| ()), "layer.toy read (info: over nothing)\n");
}

#[test]
fn folders_without_settings_are_left_out_and_counted() {
    let home = tree(&[
        ("node_modules/x/y/accounts.toy", "toy\nfixture"),
        ("Maildir/cur/accounts.toy", "toy\nletter"),
        ("Maildir/new/x", ""),
        ("Maildir/tmp/x", ""),
        ("work/new/accounts.toy", "toy\nanna"),
    ]);
    let limits = Limits::default();
    let pruned = scan(&[home.path().to_owned()], &options(&limits));
    assert_eq!(told(&pruned), "work/new/accounts.toy read\n- work/new/accounts.toy anna\n");
    assert_eq!(pruned.pruned_folders, 4);
    let whole = scan(&[home.path().to_owned()], &Options { prune: false, ..options(&limits) });
    assert_eq!((whole.accounts.len(), whole.pruned_folders), (3, 0));
}

#[test]
fn a_file_in_two_of_the_given_paths_is_told_once() {
    let home = tree(&[("a/accounts.toy", "toy\nanna")]);
    assert_eq!(
        scanned(home.path(), &["a", "", "a/accounts.toy"], |_| ()),
        "a/accounts.toy read\n- a/accounts.toy anna\n"
    );
}

#[test]
fn a_mistake_in_a_reader_costs_one_file() {
    let home = tree(&[("a/accounts.toy", "toy\nboom"), ("b/accounts.toy", "toy\nbert")]);
    assert_eq!(
        scanned(home.path(), &[""], |_| ()),
        "a/accounts.toy failed (internal: a mistake in maillint stopped the reading of this file as accounts.toy; please report it)\n\
         b/accounts.toy read\n\
         - b/accounts.toy bert\n"
    );
}

#[test]
fn what_is_over_a_limit_is_told() {
    let home =
        tree(&[("a/accounts.toy", &format!("toy\n{}", "x".repeat(20_000))), ("b/c/accounts.toy", "toy\n1\n2\n3")]);
    let mut limits = Limits { file_bytes: 10_000, accounts: 2, ..Limits::default() };
    assert_eq!(
        told(&scan(&[home.path().to_owned()], &options(&limits))),
        "a/accounts.toy skipped (limit: it is too long to be read: 21 kB, where the limit is 10 kB)\n\
         b/c/accounts.toy partly (limit: It holds more than 2 accounts; the rest was left out.)\n\
         - b/c/accounts.toy 1\n\
         - b/c/accounts.toy 2\n"
    );
    limits.walk_depth = 2;
    let report = scan(&[home.path().to_owned()], &options(&limits));
    assert_eq!(report.files[1].path, "b/c");
    assert_eq!(report.files[1].notes[0].kind, NoteKind::Limit);
    limits.walk_entries = 2;
    let report = scan(&[home.path().to_owned()], &options(&limits));
    assert!(report.files.iter().any(|file| file.path == "."));
}

#[test]
fn as_decides_what_a_named_file_is() {
    let folder = tree(&[("upload", "nothing known\nanna")]);
    assert_eq!(
        scanned(folder.path(), &["upload"], |options| options.only = Some("toy")),
        "upload read\n- upload anna\n"
    );
    assert_eq!(
        scanned(folder.path(), &["upload"], |options| options.only = Some("other")),
        "upload skipped (info: no mail client's settings were recognised in it)\n"
    );
}

#[test]
fn a_list_of_paths_has_one_a_line_or_one_before_each_nul() {
    assert_eq!(paths_of_list(b"a b\r\nc\n\n"), [PathBuf::from("a b"), PathBuf::from("c")]);
    assert_eq!(paths_of_list(b"a\nb\0c\0"), [PathBuf::from("a\nb"), PathBuf::from("c")]);
    assert!(paths_of_list(b"").is_empty());
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::fs;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::{scanned, tree};

    #[test]
    fn links_are_not_followed_but_a_given_one_is() {
        let home = tree(&[("real/accounts.toy", "toy\nanna"), ("top/x/y", "")]);
        symlink("..", home.path().join("top/loop")).unwrap();
        symlink("../real", home.path().join("top/folder")).unwrap();
        symlink("../real/accounts.toy", home.path().join("top/accounts.toy")).unwrap();
        assert_eq!(scanned(home.path(), &["top"], |_| ()), "");
        assert_eq!(scanned(home.path(), &["top/folder"], |_| ()), "accounts.toy read\n- accounts.toy anna\n");
        assert_eq!(scanned(home.path(), &["top/accounts.toy"], |_| ()), "accounts.toy read\n- accounts.toy anna\n");
    }

    #[test]
    fn a_companion_that_is_a_link_is_left_out() {
        let home = tree(&[("a/accounts.toy", "toy\nanna"), ("secret", "toy\nsomeone else")]);
        symlink("../secret", home.path().join("a/more.toy")).unwrap();
        assert_eq!(scanned(home.path(), &["a/accounts.toy"], |_| ()), "accounts.toy read\n- accounts.toy anna\n");
    }

    #[test]
    fn a_pipe_with_the_name_of_a_file_does_not_block() {
        let home = tree(&[("x", "")]);
        let pipe = home.path().join("accounts.toy");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(scanned(home.path(), &[""], |_| ()), "");
        assert_eq!(
            scanned(home.path(), &["accounts.toy", "/dev/zero"], |_| ()).replace("../", ""),
            "accounts.toy skipped (unreadable: it is not a regular file, but a pipe, a device or the like)\n\
             dev/zero skipped (unreadable: it is not a regular file, but a pipe, a device or the like)\n"
                .replace("accounts.toy", pipe.canonicalize().unwrap().strip_prefix("/").unwrap().to_str().unwrap())
        );
    }

    #[test]
    fn a_name_that_is_not_utf8_is_shown_with_marks() {
        let home = tree(&[]);
        let folder = home.path().join(OsStr::from_bytes(b"B\xFCro"));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("accounts.toy"), "toy\nanna").unwrap();
        assert_eq!(
            scanned(home.path(), &[""], |_| ()),
            "B\u{FFFD}ro/accounts.toy read\n- B\u{FFFD}ro/accounts.toy anna\n"
        );
    }

    #[test]
    fn a_path_longer_than_the_system_takes_is_told() {
        let home = tree(&[]);
        let name = "d".repeat(250);
        // Made from inside, one step at a time: no call ever sees the whole path.
        let script = format!(
            "cd {} && for i in $(seq 20); do mkdir {name} && cd -P {name} || exit 1; done",
            home.path().display()
        );
        let made = Command::new("sh").arg("-c").arg(script).status().unwrap().success();
        let told = scanned(home.path(), &[""], |_| ());
        assert!(!made || told.contains("unreadable: this folder could not be opened: its path is too long"), "{told}");
        let script = format!(
            "cd {} && for i in $(seq 20); do cd -P {name} || break; done; for i in $(seq 20); do cd -P .. && rmdir {name}; done",
            home.path().display()
        );
        let _ = Command::new("sh").arg("-c").arg(script).stderr(std::process::Stdio::null()).status();
    }

    #[test]
    fn a_folder_without_permission_is_told() {
        let home = tree(&[("closed/accounts.toy", "toy\nanna")]);
        let closed = home.path().join("closed");
        Command::new("chmod").arg("000").arg(&closed).status().unwrap();
        // Root may open it all the same.
        let is_root = fs::read_dir(&closed).is_ok();
        let told = scanned(home.path(), &[""], |_| ());
        Command::new("chmod").arg("700").arg(&closed).status().unwrap();
        if !is_root {
            assert_eq!(
                told,
                "closed skipped (unreadable: this folder could not be opened: you have no permission to read it)\n"
            );
        }
    }
}
