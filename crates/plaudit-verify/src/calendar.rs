//! Dates and times of day: what is neither a difference nor a ratio.

/// Whether two texts are the same date or time of day; none where they are neither. What is no date is not the same as one, but `2:30` may be a
/// ratio beside what is no time.
pub(crate) fn are_same(one: &str, other: &str) -> Option<bool> {
    match [one, other].map(named_date) {
        [None, None] => {}
        [Some(one), Some(other)] => return Some(one == other),
        [Some(named), None] => return date(other).filter(|date| date[0] >= FIRST_YEAR).map(|date| named == date),
        [None, Some(named)] => return date(one).filter(|date| date[0] >= FIRST_YEAR).map(|date| named == date),
    }
    match [one, other].map(date) {
        [Some(one), Some(other)] => Some(one == other),
        [None, None] => match [one, other].map(time) {
            [Some(one), Some(other)] => Some(one == other),
            _ => match [one, other].map(half_time) {
                [Some(half), None] => time(other).filter(|time| is_of_day(other, time)).map(|time| half == time),
                [None, Some(half)] => time(one).filter(|time| is_of_day(one, time)).map(|time| half == time),
                _ => None,
            },
        },
        _ => Some(false),
    }
}

/// The earliest year of four digits.
const FIRST_YEAR: u32 = 1000;

/// How the names of months begin.
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// What the longest names of months end in, behind their first three letters, in the same order.
const ENDINGS: [&str; 12] = ["uary", "ruary", "ch", "il", "", "e", "y", "ust", "tember", "ober", "ember", "ember"];

/// Year, month and day of a date that names its month, `March 14, 2015`, `14th of March`; 0 for what it leaves out.
fn named_date(text: &str) -> Option<[u32; 3]> {
    const LONGEST: usize = 64;
    let is_month = |letters: &[u8]| MONTHS.iter().any(|month| letters.eq_ignore_ascii_case(month.as_bytes()));
    if text.len() > LONGEST || !text.as_bytes().windows(3).any(is_month) {
        return None;
    }
    let text = text.replace("\\text", " ").to_lowercase();
    let [mut year, mut month, mut day] = [0; 3];
    for word in text.split([' ', ',', '.', '{', '}', '$', '~', '\\']).filter(|word| !word.is_empty()) {
        let digits = word.trim_end_matches(|sign: char| sign.is_ascii_alphabetic());
        let is_ordinal = matches!(&word[digits.len()..], "" | "st" | "nd" | "rd" | "th");
        match digits.parse::<u32>().ok().filter(|_| is_ordinal) {
            Some(value @ 1..=31) if day == 0 && digits.len() <= 2 => day = value,
            Some(value) if year == 0 && digits.len() == 4 && value >= FIRST_YEAR => year = value,
            Some(_) => return None,
            None if matches!(word, "the" | "of" | "on") => {}
            None if month == 0 => month = month_of(word)?,
            None => return None,
        }
    }
    (month > 0 && (day > 0 || year > 0)).then_some([year, month, day])
}

/// The number of a month by its name, of which three letters or more are written.
fn month_of(word: &str) -> Option<u32> {
    let (start, ending) = word.split_at_checked(3)?;
    let place = MONTHS.iter().position(|month| *month == start)?;
    ENDINGS[place].starts_with(ending).then_some(place as u32 + 1)
}

/// The parts of a date in their order, `2021-05-06` or `6/5/2021`; none where it is no date. One of its ends is a year of four digits.
fn date(text: &str) -> Option<[u32; 3]> {
    let text = text.trim_matches(['$', ' ']);
    let separator = text.chars().find(|sign| matches!(sign, '-' | '/' | '.'))?;
    let [first, second, third] = parts(text, separator)?;
    let is_year = |(value, digits): (u32, usize)| digits == 4 && value >= FIRST_YEAR;
    let is_day = |(value, digits): (u32, usize)| digits <= 2 && (1..=31).contains(&value);
    let is_date = is_day(second) && (is_year(first) && is_day(third) || is_day(first) && is_year(third));
    is_date.then_some([first.0, second.0, third.0])
}

/// Whether a time is certainly one of 24 hours: `15:45`, `08:15`.
fn is_of_day(text: &str, time: &[u32; 3]) -> bool {
    time[0] > 12 || text.trim_start_matches(['$', ' ']).starts_with('0')
}

/// The parts of a time of day, `2:30` or `14:05:09`, in hours, minutes and seconds; none where it is none.
fn time(text: &str) -> Option<[u32; 3]> {
    let text = text.trim_matches(['$', ' ']);
    let [hours, minutes, seconds] = match text.matches(':').count() {
        1 => parts(&format!("{text}:00"), ':')?,
        _ => parts(text, ':')?,
    };
    let is_sixtieth = |(value, digits): (u32, usize)| digits == 2 && value < 60;
    let is_time = hours.1 <= 2 && hours.0 <= 24 && is_sixtieth(minutes) && is_sixtieth(seconds);
    is_time.then_some([hours.0, minutes.0, seconds.0])
}

/// A time of day with its half, `3:45 PM`, as hours of 24, minutes and seconds.
fn half_time(text: &str) -> Option<[u32; 3]> {
    if !text.contains(':') {
        return None;
    }
    let plain: String = text
        .replace("\\text", "")
        .chars()
        .filter(|sign| !matches!(sign, ' ' | '.' | '{' | '}' | '$' | '~' | '\\'))
        .collect();
    let plain = plain.to_lowercase();
    let (clock, hours_before) = match (plain.strip_suffix("am"), plain.strip_suffix("pm")) {
        (Some(clock), _) => (clock, 0),
        (_, Some(clock)) => (clock, 12),
        _ => return None,
    };
    let [hours, minutes, seconds] = time(clock).filter(|time| (1..=12).contains(&time[0]))?;
    Some([hours % 12 + hours_before, minutes, seconds])
}

/// Three integers and how many digits they are written with.
fn parts(text: &str, separator: char) -> Option<[(u32, usize); 3]> {
    let part = |part: &str| {
        let is_number = (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse().ok()).flatten().map(|value| (value, part.len()))
    };
    text.split(separator).map(part).collect::<Option<Vec<_>>>()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_compared() {
        assert_eq!(are_same("2020-05-06", "2020/5/6"), Some(true));
        assert_eq!(are_same("2020-05-06", "2020-06-05"), Some(false));
        assert_eq!(are_same("2020-01-05", "2014"), Some(false));
        assert_eq!(are_same("2:30", "02:30"), Some(true));
        assert_eq!(are_same("2:30", "1:15"), Some(false));
        assert_eq!([are_same("3:4", "6:8"), are_same("10:20", "1:2"), are_same("7", "8")], [None; 3]);
    }

    #[test]
    fn months_and_halves_of_the_day_have_names() {
        assert_eq!(are_same("March 14, 2015", "14th of March 2015"), Some(true));
        assert_eq!(are_same("2015-03-14", r"\text{Mar. 14, 2015}"), Some(true));
        assert_eq!(are_same("May 5", "5 May"), Some(true));
        assert_eq!(are_same("March 14, 2015", "March 15, 2015"), Some(false));
        assert_eq!(are_same("March 14", "April 14"), Some(false));
        assert_eq!(
            [are_same("March", "3"), are_same("mark 5", "5"), are_same("3/14/2015", "March 14, 2015")],
            [None; 3]
        );
        assert_eq!(are_same("15:45", r"3:45 \text{ p.m.}"), Some(true));
        assert_eq!(are_same("15:45", "3:45 AM"), Some(false));
        assert_eq!(are_same("8:15 PM", "08:15"), Some(false));
        assert_eq!(are_same("3:45", "3:45 PM"), None);
    }

    #[test]
    fn dates_and_times_are_read() {
        assert_eq!(date("2021-05-06"), Some([2021, 5, 6]));
        assert_eq!(date("6/5/2021"), Some([6, 5, 2021]));
        assert_eq!(time("2:30"), Some([2, 30, 0]));
        assert_eq!(time("14:05:09"), Some([14, 5, 9]));
        for text in ["2021-5", "1-2-3", "1/2/3", "2021-45-06", "1.5.x", "", "12-345-2021"] {
            assert_eq!(date(text), None, "{text}");
        }
        for text in ["3:4", "2:75", "25:00", "2:3:4", "a:30", ""] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
