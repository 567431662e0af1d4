//! What functions of the server give.

use ecow::EcoString;

use crate::ast::{CountedCall, Literal};

use super::super::pattern;
use super::{number, printed, same, whole};

/// Texts that are made have no more characters.
const LONG: usize = 10_000;

/// What a function gives. Which letter is the small one of `I` depends on the locale.
pub(super) fn called(call: CountedCall, values: &[Literal]) -> Option<Literal> {
    match (call, values) {
        (CountedCall::Distinct, [one, other]) => {
            let nulls = [one, other].map(|value| *value == Literal::Null);
            return match nulls {
                [false, false] => same(one, other).map(|same| Literal::Boolean(!same)),
                [one, other] => Some(Literal::Boolean(one != other)),
            };
        }
        (CountedCall::Greatest | CountedCall::Least, values) => {
            let given = values.iter().filter(|value| **value != Literal::Null);
            let numbers: Option<Vec<i64>> = given.map(|value| whole(value.clone())).collect();
            let numbers = numbers?.into_iter();
            let found = if call == CountedCall::Greatest { numbers.max() } else { numbers.min() };
            return Some(found.map_or(Literal::Null, number));
        }
        (CountedCall::Values | CountedCall::Nulls, values) => {
            let nulls = call == CountedCall::Nulls;
            let counted = values.iter().filter(|value| (**value == Literal::Null) == nulls).count();
            return i64::try_from(counted).ok().map(number);
        }
        (CountedCall::Concat, values) => {
            return values.iter().map(put_out).collect::<Option<EcoString>>().map(Literal::Text);
        }
        (CountedCall::ConcatWith, [Literal::Text(between), values @ ..]) => {
            let given = values.iter().filter(|value| **value != Literal::Null).map(put_out);
            let given: Option<Vec<EcoString>> = given.collect();
            return given.map(|given| Literal::Text(given.join(between).into()));
        }
        (CountedCall::Format, [Literal::Text(text), values @ ..]) => return formatted(text, values).map(Literal::Text),
        _ if values.contains(&Literal::Null) => return Some(Literal::Null),
        _ => {}
    }
    match (call, values) {
        (CountedCall::Lower, [Literal::Text(text)]) if text.is_ascii() && !text.contains('I') => {
            Some(Literal::Text(text.to_ascii_lowercase()))
        }
        (CountedCall::Upper, [Literal::Text(text)]) if text.is_ascii() && !text.contains('i') => {
            Some(Literal::Text(text.to_ascii_uppercase()))
        }
        (CountedCall::Length, [Literal::Text(text)]) => i64::try_from(text.chars().count()).ok().map(number),
        (CountedCall::Absolute, [Literal::Number(text)]) => text.parse::<i64>().ok()?.checked_abs().map(number),
        (CountedCall::Position, [Literal::Text(text), Literal::Text(part)]) => {
            let before = text.find(part.as_str()).and_then(|at| text.get(..at));
            i64::try_from(before.map_or(0, |before| before.chars().count() + 1)).ok().map(number)
        }
        (CountedCall::Repeat, [Literal::Text(text), Literal::Number(times)]) => {
            let times = usize::try_from(times.parse::<i64>().ok()?.max(0)).ok()?;
            let short = text.len().checked_mul(times).is_some_and(|length| length <= LONG);
            short.then(|| Literal::Text(text.repeat(times)))
        }
        // Of others, they depend on the encoding.
        (CountedCall::Octets, [Literal::Text(text)]) if text.is_ascii() => i64::try_from(text.len()).ok().map(number),
        (CountedCall::Matches, [Literal::Text(text), Literal::Text(of)]) => {
            pattern::matches(text, of).map(Literal::Boolean)
        }
        (CountedCall::Like, [Literal::Text(text), Literal::Text(of)]) => {
            pattern::is_like(text, of).map(Literal::Boolean)
        }
        (CountedCall::Md5, [Literal::Text(text)]) => {
            Some(Literal::Text(format!("{:x}", md5::compute(text.as_bytes())).into()))
        }
        (CountedCall::Reverse, [Literal::Text(text)]) => Some(Literal::Text(text.chars().rev().collect())),
        (CountedCall::Character, [value]) => {
            let code = whole(value.clone()).and_then(|code| u8::try_from(code).ok())?;
            (1..128).contains(&code).then(|| Literal::Text(EcoString::from(char::from(code))))
        }
        // From the end, where the number is below zero, as of 14.
        (CountedCall::SplitPart, [Literal::Text(text), Literal::Text(between), Literal::Number(which)]) => {
            let at = which.parse::<usize>().ok()?.checked_sub(1)?;
            let mut parts = text.split(between.as_str()).filter(|_| !between.is_empty());
            (!between.is_empty()).then(|| Literal::Text(parts.nth(at).unwrap_or_default().into()))
        }
        (CountedCall::PadStart | CountedCall::PadEnd, [Literal::Text(text), Literal::Number(length), rest @ ..]) => {
            let length = usize::try_from(length.parse::<i64>().ok()?.max(0)).ok().filter(|length| *length <= LONG)?;
            let filling = match rest {
                [] => " ",
                [Literal::Text(filling)] => filling,
                _ => return None,
            };
            let kept: String = text.chars().take(length).collect();
            let more: String = filling.chars().cycle().take(length - kept.chars().count()).collect();
            Some(Literal::Text(if call == CountedCall::PadStart { more + &kept } else { kept + &more }.into()))
        }
        (CountedCall::TrimStart, [Literal::Text(text)]) => Some(Literal::Text(text.trim_start_matches(' ').into())),
        (CountedCall::TrimEnd, [Literal::Text(text)]) => Some(Literal::Text(text.trim_end_matches(' ').into())),
        (CountedCall::Trim, [Literal::Text(text)]) => Some(Literal::Text(text.trim_matches(' ').into())),
        // All but so many, where the number is below zero.
        (CountedCall::Left | CountedCall::Right, [Literal::Text(text), Literal::Number(count)]) => {
            let length = i64::try_from(text.chars().count()).ok()?;
            let count: i64 = count.parse().ok()?;
            let kept = if count < 0 { (length + count).max(0) } else { count.min(length) };
            let from = if call == CountedCall::Left { 0 } else { length - kept };
            Some(part(text, from, from + kept))
        }
        (CountedCall::Substring, [Literal::Text(text), Literal::Number(from), rest @ ..]) => {
            let from: i64 = from.parse().ok()?;
            let until = match rest {
                [] => i64::MAX,
                [Literal::Number(count)] => {
                    from.checked_add(count.parse::<i64>().ok().filter(|count| *count >= 0)?)?.checked_sub(1)?
                }
                _ => return None,
            };
            Some(part(text, from.checked_sub(1)?, until))
        }
        (CountedCall::Replace, [Literal::Text(text), Literal::Text(from), Literal::Text(to)]) => {
            let most = text.len().checked_mul(to.len().max(1))?;
            let replaced = || if from.is_empty() { text.clone() } else { text.replace(from.as_str(), to) };
            (most <= LONG).then(|| Literal::Text(replaced()))
        }
        _ => None,
    }
}

/// A value as `concat` puts it out.
fn put_out(value: &Literal) -> Option<EcoString> {
    match value {
        Literal::Null => Some(EcoString::new()),
        Literal::Boolean(value) => Some(if *value { "t" } else { "f" }.into()),
        Literal::Number(number) => printed(number.clone()),
        Literal::Text(text) => Some(text.clone()),
    }
}

/// What `format` gives, where nothing but `%s` and `%%` stands for something.
fn formatted(text: &str, values: &[Literal]) -> Option<EcoString> {
    let (mut values, mut parts) = (values.iter(), text.split('%'));
    let mut made = EcoString::from(parts.next()?);
    while let Some(part) = parts.next() {
        if part.is_empty() {
            made.push('%');
            made.push_str(parts.next()?);
            continue;
        }
        made.push_str(&put_out(values.next()?)?);
        made.push_str(part.strip_prefix('s')?);
    }
    Some(made)
}

/// The characters of a text from one place to another.
fn part(text: &str, from: i64, until: i64) -> Literal {
    let within = |at: i64| from <= at && at < until;
    Literal::Text((0i64..).zip(text.chars()).filter(|(at, _)| within(*at)).map(|(_, c)| c).collect())
}
