//! The date a chat template may print.

use minijinja::{Error, ErrorKind};
use std::str::FromStr;
use thiserror::Error;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
/// Days before each month of a common year.
const DAYS_BEFORE: [u32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/// A day of the Gregorian calendar, parsed from `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    year: u32,
    /// 1 to 12.
    month: u32,
    /// 1 to 31.
    day: u32,
}

/// A text is not a date.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is not a date; write YYYY-MM-DD, such as 2025-03-01")]
pub struct DateError(String);

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        parse(text).ok_or_else(|| DateError(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Date> {
    let fields: Vec<&str> = text.split('-').collect();
    let [year, month, day] = fields.as_slice() else {
        return None;
    };
    let number = |field: &str, digits: usize| {
        (field.len() == digits && field.bytes().all(|byte| byte.is_ascii_digit())).then(|| field.parse().ok())?
    };
    let date = Date { year: number(year, 4)?, month: number(month, 2)?, day: number(day, 2)? };
    let is_valid = (1..=12).contains(&date.month) && (1..=date.days_in_month()).contains(&date.day);
    is_valid.then_some(date)
}

impl Date {
    fn is_leap_year(self) -> bool {
        self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400))
    }

    fn days_in_month(self) -> u32 {
        match self.month {
            2 => 28 + u32::from(self.is_leap_year()),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// 1 on the first of January.
    fn day_of_year(self) -> u32 {
        DAYS_BEFORE[self.month as usize - 1] + self.day + u32::from(self.month > 2 && self.is_leap_year())
    }

    /// 0 on Sundays.
    fn weekday(self) -> u32 {
        // Days since a Sunday: each earlier year shifts by one day, leap years by two.
        let years = self.year + 399;
        (years + years / 4 - years / 100 + years / 400 + self.day_of_year()) % 7
    }

    /// The date by a `strftime` pattern; the time of day is midnight.
    pub(super) fn format(self, pattern: &str) -> Result<String, Error> {
        let mut result = String::new();
        let mut characters = pattern.chars();
        while let Some(character) = characters.next() {
            if character != '%' {
                result.push(character);
                continue;
            }
            let month = MONTHS[self.month as usize - 1];
            let weekday = WEEKDAYS[self.weekday() as usize];
            let text = match characters.next() {
                Some('Y') => format!("{:04}", self.year),
                Some('y') => format!("{:02}", self.year % 100),
                Some('m') => format!("{:02}", self.month),
                Some('d') => format!("{:02}", self.day),
                Some('e') => format!("{:2}", self.day),
                Some('j') => format!("{:03}", self.day_of_year()),
                Some('F') => format!("{:04}-{:02}-{:02}", self.year, self.month, self.day),
                Some('B') => month.to_owned(),
                Some('b') => month[..3].to_owned(),
                Some('A') => weekday.to_owned(),
                Some('a') => weekday[..3].to_owned(),
                Some('H' | 'M' | 'S') => "00".to_owned(),
                Some('%') => "%".to_owned(),
                other => {
                    let conversion = other.map(String::from).unwrap_or_default();
                    let problem = format!(
                        "strftime_now does not know `%{conversion}`; known: %Y %y %m %d %e %j %F %B %b %A %a %H %M %S %%"
                    );
                    return Err(Error::new(ErrorKind::InvalidOperation, problem));
                }
            };
            result.push_str(&text);
        }
        Ok(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days_have_their_weekday() {
        let format = |date: &str| date.parse::<Date>().unwrap().format("%a %A %j %e %y %%").unwrap();
        // Leap days, turns of centuries, and days whose weekday is on record.
        assert_eq!(format("1969-07-20"), "Sun Sunday 201 20 69 %");
        assert_eq!(format("2000-02-29"), "Tue Tuesday 060 29 00 %");
        assert_eq!(format("2024-12-31"), "Tue Tuesday 366 31 24 %");
        assert_eq!(format("1900-03-01"), "Thu Thursday 060  1 00 %");
    }

    #[test]
    fn only_days_that_exist_parse() {
        for text in ["2023-02-29", "2024-13-01", "2024-00-10", "2024-4-01", "24-04-01", "2024-04-31", "+024-04-01", ""]
        {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }

    #[test]
    fn unknown_conversions_are_refused() {
        let date: Date = "2025-03-01".parse().unwrap();
        assert!(date.format("%Q").unwrap_err().to_string().contains("`%Q`"));
        assert!(date.format("%").is_err());
    }
}
