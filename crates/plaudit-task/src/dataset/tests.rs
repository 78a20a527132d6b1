use super::*;
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use plaudit_core::{Part, Verdict};
use std::fs::{self, File};
use std::sync::Arc;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// A Parquet file with columns prompt (string), answer (double, nullable) and rank (int), in groups of two rows.
    fn parquet(&self, name: &str, rows: &[(&[u8], Option<f64>)]) -> PathBuf {
        let path = self.0.path().join(name);
        let message = "message rows { REQUIRED BYTE_ARRAY prompt (UTF8); OPTIONAL DOUBLE answer; REQUIRED INT64 rank; \
                       REQUIRED INT64 day (TIMESTAMP_MILLIS); REPEATED INT64 list; }";
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let file = File::create(&path).unwrap();
        let schema = Arc::new(parse_message_type(message).unwrap());
        let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties)).unwrap();
        for rows in rows.chunks(2) {
            let mut group = writer.next_row_group().unwrap();
            let prompts: Vec<ByteArray> = rows.iter().map(|(prompt, _)| prompt.to_vec().into()).collect();
            let mut column = group.next_column().unwrap().unwrap();
            column.typed::<ByteArrayType>().write_batch(&prompts, None, None).unwrap();
            column.close().unwrap();
            let answers: Vec<f64> = rows.iter().filter_map(|(_, answer)| *answer).collect();
            let levels: Vec<i16> = rows.iter().map(|(_, answer)| i16::from(answer.is_some())).collect();
            let mut column = group.next_column().unwrap().unwrap();
            column.typed::<DoubleType>().write_batch(&answers, Some(&levels), None).unwrap();
            column.close().unwrap();
            for _ in 0..2 {
                let ranks: Vec<i64> = (0..rows.len() as i64).collect();
                let mut column = group.next_column().unwrap().unwrap();
                column.typed::<Int64Type>().write_batch(&ranks, None, None).unwrap();
                column.close().unwrap();
            }
            let zeros = vec![0; rows.len()];
            let mut column = group.next_column().unwrap().unwrap();
            column.typed::<Int64Type>().write_batch(&[], Some(&zeros), Some(&zeros)).unwrap();
            column.close().unwrap();
            group.close().unwrap();
        }
        writer.close().unwrap();
        path
    }
}

fn jsonl(rows: impl IntoIterator<Item = u64>) -> String {
    rows.into_iter().map(|row| format!("{{\"prompt\": \"{row}+1=?\", \"answer\": {}}}\n", row + 1)).collect()
}

fn config(path: PathBuf) -> DatasetConfig {
    DatasetConfig { path, ..Default::default() }
}

fn error(config: DatasetConfig) -> TaskError {
    Dataset::new(config).unwrap_err()
}

#[test]
fn every_row_of_a_split_comes_once_before_any_comes_again() {
    let folder = Folder::new();
    let task = Dataset::new(config(folder.write("rows.jsonl", jsonl(0..200)))).unwrap();
    let mut all = Vec::new();
    for split in [Split::Train, Split::HeldOut] {
        let size = task.size(split).unwrap();
        let epoch = |number: u64| -> Vec<String> {
            (0..size).map(|index| task.problem(3, split, number * size + index).unwrap().prompt).collect()
        };
        let (mut first, mut second) = (epoch(0), epoch(1));
        assert_ne!(first, second, "{split}: another order");
        first.sort_unstable();
        second.sort_unstable();
        assert_eq!(first, second);
        first.dedup();
        assert_eq!(first.len() as u64, size);
        assert!(first.iter().all(|prompt| Split::of(prompt) == split));
        all.extend(first);
    }
    assert_eq!(all.len(), 200);
}

#[test]
fn a_permutation_hits_every_place_once() {
    for count in [1, 2, 3, 4, 5, 16, 17, 1000] {
        for key in 0..20 {
            let mut places: Vec<u64> = (0..count).map(|index| permute(index, count, key)).collect();
            places.sort_unstable();
            assert!(places.into_iter().eq(0..count), "{count} {key}");
        }
    }
    // Every order of three rows, about equally often: 1000 of 6000 expected, standard deviation 29.
    let mut orders = std::collections::BTreeMap::new();
    for key in 0..6000 {
        *orders.entry([0, 1, 2].map(|index| permute(index, 3, mix(key)))).or_insert(0) += 1;
    }
    assert_eq!(orders.len(), 6);
    assert!(orders.values().all(|count| (825..1175).contains(count)), "{orders:?}");
}

#[test]
fn bad_rows_are_reported_and_good_ones_used() {
    let folder = Folder::new();
    let text = [jsonl(0..3), "oops\n".into(), jsonl(3..40), "{\"prompt\": \"x\"}\n".into()].concat();
    let path = folder.write("rows.jsonl", text);
    let task = Dataset::new(config(path.clone())).unwrap();
    let report = Task::report(&task).unwrap();
    assert_eq!((report.rows, report.train + report.held_out), (42, 40));
    let expected = [(4, "not valid JSON, at column 1"), (42, "no column `answer`")];
    assert_eq!(
        report.malformed,
        expected.map(|(line, reason)| Malformed { path: path.clone(), line, reason: reason.into() })
    );
}

#[test]
fn a_second_file_is_held_out_and_kept_out_of_training() {
    let folder = Folder::new();
    let path = folder.write("train.jsonl", jsonl(0..10));
    let held_out = folder.write("test.jsonl", jsonl(8..12));
    let task = Dataset::new(DatasetConfig { held_out_path: Some(held_out), ..config(path.clone()) }).unwrap();
    let report = Task::report(&task).unwrap();
    assert_eq!((report.rows, report.train, report.held_out), (14, 8, 4));
    let lines: Vec<u64> = report.malformed.iter().map(|row| row.line).collect();
    assert_eq!(lines, [9, 10]);
    assert_eq!(report.malformed[0].reason, "the prompt is also in the held-out file");
}

#[test]
fn a_worked_solution_ends_as_the_extraction_wants_it() {
    let folder = Folder::new();
    let row = r#"{"question": "How many?", "answer": "He has 3.\nShe has 4.\n3 + 4 = 7\n#### 7"}"#;
    let path = folder.write("rows.jsonl", row);
    let config = DatasetConfig {
        prompt_column: "question".into(),
        solution_column: Some("answer".into()),
        gold_extraction: Extraction::Marker,
        extraction: Extraction::Boxed,
        held_out_path: Some(folder.write("test.jsonl", row.replace("many", "much"))),
        ..config(path)
    };
    let task = Dataset::new(config).unwrap();
    let problem = task.problem(0, Split::Train, 0).unwrap();
    assert_eq!(problem.solution(), "He has 3.\nShe has 4.\n3 + 4 = 7\n\\boxed{7}");
    assert_eq!(task.check(&problem, &problem.solution()).verdict, Verdict::Correct);
    assert_eq!(task.check(&problem, "\\boxed{8}").verdict, Verdict::Wrong);
    assert_eq!(task.check(&problem, "#### 7").verdict, Verdict::Unparsed { part: Part::Missing });
}

#[test]
fn files_without_a_usable_row_are_errors_that_name_them() {
    let folder = Folder::new();
    let missing = error(config(folder.0.path().join("nowhere.jsonl"))).to_string();
    assert!(missing.contains("nowhere.jsonl"), "{missing}");
    let empty = error(config(folder.write("empty.jsonl", ""))).to_string();
    assert!(empty.contains("empty.jsonl: none of its 0 rows can be used"), "{empty}");
    let bad = error(config(folder.write("bad.jsonl", "{}\nx\n"))).to_string();
    assert!(bad.contains("none of its 2 rows can be used; row 1: no column `prompt`"), "{bad}");
    let other = error(config(folder.write("other.jsonl", "{\"question\": 1, \"answer\": 2}\n"))).to_string();
    assert!(other.contains("no row has the column `prompt`; it has answer, question"), "{other}");
    assert!(matches!(error(config(folder.0.path().to_owned())), TaskError::Read { .. }));
    assert!(error(DatasetConfig::default()).to_string().contains("`path` is not set"));
}

#[test]
fn a_split_without_rows_says_so() {
    let folder = Folder::new();
    let task = Dataset::new(config(folder.write("one.jsonl", jsonl(0..1)))).unwrap();
    let empty = if task.size(Split::Train) == Some(0) { Split::Train } else { Split::HeldOut };
    let error = task.problem(0, empty, 0).unwrap_err();
    assert!(error.to_string().contains("one.jsonl: no rows are"), "{error}");
}

#[test]
fn parquet_rows_are_read_with_their_numbers_and_nulls() {
    let folder = Folder::new();
    let rows: [(&[u8], _); 5] =
        [(b"a", Some(1.5)), (b"b", None), (b"\xff", Some(2.0)), (b"d", Some(f64::NAN)), (b"e", Some(3.0))];
    let path = folder.parquet("rows.parquet", &rows);
    let task = Dataset::new(DatasetConfig { held_out_path: Some(path.clone()), ..config(path.clone()) });
    // Every training prompt is held out, so nothing is left to train on.
    assert!(task.unwrap_err().to_string().contains("row 1: the prompt is also in the held-out file"));

    let task = Dataset::new(config(path.clone())).unwrap();
    let report = Task::report(&task).unwrap();
    let found: Vec<(u64, &str)> = report.malformed.iter().map(|row| (row.line, row.reason.as_str())).collect();
    let expected = [
        (2, "column `answer` is null, not a string or a number"),
        (3, "not valid UTF-8"),
        (4, "column `answer` is not finite, not a string or a number"),
    ];
    assert_eq!(found, expected);
    let mut answers: Vec<String> = task.train.iter().chain(&task.held_out).map(|row| row.answer.clone()).collect();
    answers.sort_unstable();
    assert_eq!(answers, ["1.5", "3"]);

    let ranks = Dataset::new(DatasetConfig { answer_column: "rank".into(), ..config(path) }).unwrap();
    assert_eq!(ranks.train.len() + ranks.held_out.len(), 4);
}

#[test]
fn parquet_columns_that_are_absent_or_of_another_kind_are_errors() {
    let folder = Folder::new();
    let path = folder.parquet("rows.parquet", &[(b"a", Some(1.0))]);
    let absent = error(DatasetConfig { answer_column: "gold".into(), ..config(path.clone()) }).to_string();
    assert!(absent.contains("no row has the column `gold`; it has prompt, answer, rank, day, list"), "{absent}");
    for column in ["day", "list"] {
        let kind = error(DatasetConfig { answer_column: column.into(), ..config(path.clone()) }).to_string();
        assert!(kind.contains(&format!("column `{column}` is not a plain column")), "{kind}");
    }
    let not_parquet = error(config(folder.write("fake.parquet", jsonl(0..3)))).to_string();
    assert!(not_parquet.contains("fake.parquet: not readable as Parquet"), "{not_parquet}");
}

#[test]
fn a_truncated_parquet_file_is_an_error_at_every_length() {
    let folder = Folder::new();
    let whole =
        fs::read(folder.parquet("rows.parquet", &[(b"a", Some(1.0)), (b"b", Some(2.0)), (b"c", Some(3.0))])).unwrap();
    for length in 0..whole.len() {
        let path = folder.write("cut.parquet", &whole[..length]);
        assert!(matches!(error(config(path)), TaskError::Parquet { .. }), "{length} of {} bytes", whole.len());
    }
}

#[test]
fn a_damaged_parquet_file_gives_an_error_or_rows() {
    let folder = Folder::new();
    let whole =
        fs::read(folder.parquet("rows.parquet", &[(b"a", Some(1.0)), (b"b", None), (b"c", Some(3.0))])).unwrap();
    for place in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[place] ^= 0x15;
        // Damage to a value can go unnoticed; anything else must be an error.
        let result = Dataset::new(config(folder.write("damaged.parquet", damaged)));
        assert!(!matches!(result, Err(TaskError::Config { .. } | TaskError::Read { .. })), "byte {place}");
    }
}

#[test]
fn mathematical_answers_are_judged_under_the_policy_of_the_data() {
    let folder = Folder::new();
    let path = folder.write("math.jsonl", "{\"prompt\": \"p\", \"answer\": \"x = 1, 2\"}\n");
    let verdict = |policy: serde_json::Value, completion: &str| {
        let config: DatasetConfig = serde_json::from_value(
            serde_json::json!({"path": path, "held_out_path": null, "extraction": "anywhere", "policy": policy}),
        )
        .unwrap();
        let dataset = Dataset::new(config).unwrap();
        let problem = Problem::new("p".into(), "1, 2".into(), Vec::new(), 0);
        dataset.check(&problem, completion).verdict
    };
    assert_eq!(verdict(serde_json::json!({}), r"So \boxed{2, \frac{3}{3}}."), Verdict::Correct);
    assert_eq!(verdict(serde_json::json!({"lists": "in-order"}), r"So \boxed{2, 1}."), Verdict::Wrong);
    assert_eq!(verdict(serde_json::json!("hendrycks"), r"So \boxed{2, 1}."), Verdict::Wrong);
    for (policy, expected) in [("best", "unknown variant `best`"), (r#"{"order": true}"#, "unknown field `order`")] {
        let policy: serde_json::Value = serde_json::from_str(policy).unwrap_or(policy.into());
        let error = serde_json::from_value::<DatasetConfig>(serde_json::json!({"policy": policy})).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}
