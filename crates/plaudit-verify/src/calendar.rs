//! Dates and times of day: what is neither a difference nor a ratio.

/// Whether two texts are the same date or time of day; none where they are neither. What is no date is not the same as one, but `2:30` may be a
/// ratio beside what is no time.
pub(crate) fn are_same(one: &str, other: &str) -> Option<bool> {
    match [one, other].map(date) {
        [Some(one), Some(other)] => Some(one == other),
        [None, None] => match [one, other].map(time) {
            [Some(one), Some(other)] => Some(one == other),
            _ => None,
        },
        _ => Some(false),
    }
}

/// The parts of a date in their order, `2021-05-06` or `6/5/2021`; none where it is no date. One of its ends is a year of four digits.
fn date(text: &str) -> Option<[u32; 3]> {
    let text = text.trim_matches(['$', ' ']);
    let separator = text.chars().find(|sign| matches!(sign, '-' | '/' | '.'))?;
    let [first, second, third] = parts(text, separator)?;
    let is_year = |(value, digits): (u32, usize)| digits == 4 && value >= 1000;
    let is_day = |(value, digits): (u32, usize)| digits <= 2 && (1..=31).contains(&value);
    let is_date = is_day(second) && (is_year(first) && is_day(third) || is_day(first) && is_year(third));
    is_date.then_some([first.0, second.0, third.0])
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
