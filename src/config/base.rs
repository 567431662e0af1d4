//! Paths as seen from the working folder and from the folder of the configuration file, without asking the disk.

use std::path::{Component, Path, PathBuf};

/// The two folders that relative paths start from.
#[derive(Debug, Clone, Default)]
pub(super) struct Base {
    cwd: PathBuf,
    root: PathBuf,
}

impl Base {
    pub(super) fn new(cwd: PathBuf, root: PathBuf) -> Self {
        Self { cwd, root }
    }

    /// A path of the command line, as the configuration file would write it.
    pub(super) fn seen_from_root(&self, path: &Path) -> PathBuf {
        let absolute = absolute(&self.cwd, path);
        absolute.strip_prefix(&self.root).map(Path::to_path_buf).unwrap_or(absolute)
    }

    /// A path of the configuration file, as the command line would write it.
    pub(super) fn seen_from_cwd(&self, path: &str) -> String {
        shown(&self.cwd, &absolute(&self.root, Path::new(path)))
    }
}

/// `path` seen from `folder`, with `.` and `..` resolved by their spelling.
pub fn absolute(folder: &Path, path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in folder.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if result.file_name().is_some() => {
                result.pop();
            }
            other => result.push(other),
        }
    }
    result
}

/// The shortest way to write `path` from `cwd`.
pub(super) fn shown(cwd: &Path, path: &Path) -> String {
    let target = absolute(cwd, path);
    let mut up = PathBuf::new();
    for ancestor in cwd.ancestors() {
        if let Ok(rest) = target.strip_prefix(ancestor) {
            let way = up.join(rest);
            return if way.as_os_str().is_empty() { ".".to_owned() } else { way.display().to_string() };
        }
        up.push("..");
    }
    target.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_rewritten_between_the_two_folders() {
        let base = Base::new("/repo/app".into(), "/repo".into());
        assert_eq!(base.seen_from_root(Path::new("db/1.sql")), Path::new("app/db/1.sql"));
        assert_eq!(base.seen_from_root(Path::new("./../db/1.sql")), Path::new("db/1.sql"));
        assert_eq!(base.seen_from_root(Path::new("/else/1.sql")), Path::new("/else/1.sql"));
        assert_eq!(base.seen_from_cwd("app/db"), "db");
        assert_eq!(base.seen_from_cwd("db"), "../db");
        assert_eq!(base.seen_from_cwd("app"), ".");
    }

    #[test]
    fn without_folders_paths_stay_as_they_are() {
        assert_eq!(Base::default().seen_from_root(Path::new("./a/1.sql")), Path::new("a/1.sql"));
    }
}
