//! Words that the messages of several rules share.

/// The most characters that a message has.
const LONGEST: usize = 100;

/// `a, b and 3 more`, or `a, b and c`.
pub fn list(names: &[String], most: usize) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first, ..] if most <= 1 => format!("{first} and {} more", names.len() - 1),
        [start @ .., last] if names.len() <= most => format!("{} and {last}", start.join(", ")),
        _ => format!("{} and {} more", names.get(..most).unwrap_or_default().join(", "), names.len() - most),
    }
}

/// A message that names as many of these as its length allows.
pub fn naming(names: &[String], message: impl Fn(&str) -> String) -> String {
    let fits = |message: &String| message.chars().count() <= LONGEST;
    let shorter = (1..=names.len()).rev().map(|most| message(&list(names, most)));
    shorter.into_iter().find(fits).unwrap_or_else(|| message(&list(names, 1)))
}

/// The message, or another one if it is too long.
pub fn shorter(message: String, other: impl FnOnce() -> String) -> String {
    if message.chars().count() <= LONGEST { message } else { other() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(count: usize) -> Vec<String> {
        (1..=count).map(|number| format!("table_number_{number}")).collect()
    }

    #[test]
    fn lists_are_cut() {
        assert_eq!(list(&names(1), 3), "table_number_1");
        assert_eq!(list(&names(3), 3), "table_number_1, table_number_2 and table_number_3");
        assert_eq!(list(&names(5), 2), "table_number_1, table_number_2 and 3 more");
        assert_eq!(list(&names(2), 1), "table_number_1 and 1 more");
    }

    #[test]
    fn messages_stay_short() {
        let message = naming(&names(30), |names| format!("locks on {names}"));
        assert!(message.chars().count() <= 100 && message.ends_with(" more"), "{message}");
    }
}
