//! Days and moments as text, in the Gregorian calendar.

use ecow::{EcoString, eco_format};

/// Days from 1 March of the year 0. Source: the arithmetic of the Gregorian calendar, in years that begin in March.
pub(super) fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (153 * month + 2) / 5 + day - 1
}

/// The date that is so many days from 1 March of the year 0.
pub(super) fn date(count: i64) -> (i64, i64, i64) {
    let mut year = (count * 400).div_euclid(146_097);
    while days(year + 1, 3, 1) <= count {
        year += 1;
    }
    while days(year, 3, 1) > count {
        year -= 1;
    }
    let rest = count - days(year, 3, 1);
    let month = (5 * rest + 2) / 153;
    let day = rest - (153 * month + 2) / 5 + 1;
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}

/// `2025-01-31` and `2025-01-31 10:30:00` in one form, in which order is that of the letters, with `Z` behind one whose
/// offset to UTC is known.
pub(super) fn moment(text: &str) -> Option<EcoString> {
    let (text, zone) = text.strip_suffix('Z').map_or((text, ""), |text| (text, "Z"));
    let local = match SHAPES.iter().position(|shape| has_shape(text, shape))? {
        0 => eco_format!("{text} 00:00:00{zone}"),
        1 => eco_format!("{text}:00{zone}"),
        2 => eco_format!("{text}{zone}"),
        _ => eco_format!("{}{zone}", text.replace('T', " ")),
    };
    Some(local)
}

/// The forms that [`moment`] reads, with 0 for a digit.
const SHAPES: [&str; 4] = ["0000-00-00", "0000-00-00 00:00", "0000-00-00 00:00:00", "0000-00-00T00:00:00"];

/// Whether a text is a moment that [`moment`] reads.
pub(super) fn is_moment(text: &str) -> bool {
    let text = text.strip_suffix('Z').unwrap_or(text);
    SHAPES.iter().any(|shape| has_shape(text, shape))
}

/// Whether two texts are days or moments in the same form, in which order is that of the letters.
pub(super) fn are_alike(one: &str, other: &str) -> bool {
    one.len() == other.len() && SHAPES.iter().any(|shape| has_shape(one, shape) && has_shape(other, shape))
}

/// Whether a text begins with a day in the order year, month, day that there is not.
pub(super) fn is_no_day(text: &str) -> bool {
    let begins = text.get(..10).is_some_and(|day| has_shape(day, SHAPES[0]));
    let behind = text.get(10..).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', 'T']));
    let behind = behind && !text.to_ascii_uppercase().contains("BC");
    let number = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<i64>().ok());
    match (number(0, 4), number(5, 7), number(8, 10)) {
        (Some(year), Some(month), Some(day)) if begins && behind && year > 0 => {
            !(1..=12).contains(&month) || date(days(year, month, day)) != (year, month, day)
        }
        _ => false,
    }
}

fn has_shape(text: &str, shape: &str) -> bool {
    let (text, shape) = (text.as_bytes(), shape.as_bytes());
    let mut at = 0;
    while at < shape.len() && at < text.len() {
        let fits = if shape[at] == b'0' { text[at].is_ascii_digit() } else { text[at] == shape[at] };
        if !fits {
            return false;
        }
        at += 1;
    }
    text.len() == shape.len()
}

/// The day that is so many days later than one that is written `2025-01-31`.
pub(super) fn days_later(day: &str, count: i64) -> Option<EcoString> {
    let (number, _) = seconds_of(day).filter(|_| day.len() == DAY.len())?;
    written(number.checked_add(count)?)
}

/// The moment that is so many seconds later than one that [`moment`] reads, without a time zone.
pub(super) fn seconds_later(from: &str, count: i64) -> Option<EcoString> {
    let (day, seconds) = seconds_of(from)?;
    let seconds = seconds.checked_add(count)?;
    let (day, seconds) = (day.checked_add(seconds.div_euclid(SECONDS_OF_DAY))?, seconds.rem_euclid(SECONDS_OF_DAY));
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    Some(eco_format!("{} {hour:02}:{minute:02}:{second:02}", written(day)?))
}

const DAY: &str = "2025-01-31";
const SECONDS_OF_DAY: i64 = 86_400;

/// The number of a day, and the seconds that have passed since it began.
fn seconds_of(text: &str) -> Option<(i64, i64)> {
    let text = moment(text).filter(|moment| !moment.ends_with('Z'))?;
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let count = days(year, month, day);
    let is_time = hour < 24 && minute < 60 && second < 60;
    let is_day = (1..=9999).contains(&year) && (1..=12).contains(&month) && date(count) == (year, month, day);
    (is_day && is_time).then_some((count, hour * 3600 + minute * 60 + second))
}

/// The seconds from 1 March of the year 0 to a moment that [`moment`] reads, without a time zone.
pub(super) fn instant(text: &str) -> Option<i64> {
    let (day, seconds) = seconds_of(text)?;
    Some(day * SECONDS_OF_DAY + seconds)
}

/// A day in four digits of a year.
fn written(count: i64) -> Option<EcoString> {
    let range = days(1, 1, 1)..=days(9999, 12, 31);
    let (year, month, day) = range.contains(&count).then(|| date(count))?;
    Some(eco_format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_seconds_are_added() {
        assert_eq!(days_later("2024-02-28", 2).as_deref(), Some("2024-03-01"));
        assert_eq!(days_later("2023-01-01", -1).as_deref(), Some("2022-12-31"));
        assert_eq!(days_later("2023-02-29", 1), None);
        assert_eq!(days_later("2023-01-01", i64::MAX), None);
        assert_eq!(seconds_later("2024-12-31 23:59", 61).as_deref(), Some("2025-01-01 00:00:01"));
        assert_eq!(seconds_later("2024-01-01", -1).as_deref(), Some("2023-12-31 23:59:59"));
    }
}
