//! Rows from a Parquet file, column by column.

use super::{Cell, Cells, Flaw};
use crate::TaskError;
use parquet::basic::{ConvertedType, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::SchemaDescriptor;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// A file that is being read. Strings (and undeclared byte arrays that are UTF-8), integers and floats are read; codecs are those built in
/// (uncompressed, Snappy, Zstandard).
pub(super) struct Groups {
    reader: SerializedFileReader<File>,
    /// The columns that are read, by their place in the schema.
    columns: Vec<usize>,
    known: Vec<String>,
    /// The next row group.
    group: usize,
    /// The columns of the present group, and how many of its rows are still to be read.
    open: Vec<Column>,
    left: usize,
    rows_read: u64,
}

struct Column {
    reader: ColumnReader,
    is_nullable: bool,
}

impl Groups {
    pub(super) fn open(file: File, path: &Path, columns: &[String]) -> Result<Self, TaskError> {
        guarded(path, || {
            let reader = SerializedFileReader::new(file).map_err(|error| damaged(path, &error))?;
            let schema = reader.metadata().file_metadata().schema_descr();
            let places = columns.iter().map(|name| column_index(schema, name, path)).collect::<Result<_, _>>()?;
            let known = column_names(schema);
            Ok(Self { reader, columns: places, known, group: 0, open: Vec::new(), left: 0, rows_read: 0 })
        })
    }

    pub(super) fn known(&self) -> &[String] {
        &self.known
    }

    /// And of how many.
    pub(super) fn rows_read(&self) -> (u64, u64) {
        let all = self.reader.metadata().file_metadata().num_rows();
        (self.rows_read, u64::try_from(all).unwrap_or(0))
    }

    /// The next rows, at most `most`; none at the end.
    pub(super) fn next_chunk(&mut self, most: usize, path: &Path) -> Result<Vec<Result<Cells, Flaw>>, TaskError> {
        guarded(path, || self.chunk(most).map_err(|error| damaged(path, &error)))
    }

    fn chunk(&mut self, most: usize) -> Result<Vec<Result<Cells, Flaw>>, ParquetError> {
        while self.left == 0 {
            if self.group == self.reader.num_row_groups() {
                return Ok(Vec::new());
            }
            self.next_group()?;
        }
        let count = self.left.min(most);
        let mut columns = Vec::with_capacity(self.open.len());
        for column in &mut self.open {
            columns.push(column.read(count)?.into_iter());
        }
        self.left -= count;
        self.rows_read += count as u64;
        Ok((0..count).map(|_| Ok(columns.iter_mut().map(Iterator::next).collect())).collect())
    }

    fn next_group(&mut self) -> Result<(), ParquetError> {
        let group = self.reader.get_row_group(self.group)?;
        let negative = |_| ParquetError::General("negative number of rows".to_owned());
        self.left = usize::try_from(group.metadata().num_rows()).map_err(negative)?;
        self.open.clear();
        for &column in &self.columns {
            let is_nullable = group.metadata().schema_descr().column(column).max_def_level() > 0;
            self.open.push(Column { reader: group.get_column_reader(column)?, is_nullable });
        }
        self.group += 1;
        Ok(())
    }
}

/// The Parquet library asserts on some damaged metadata instead of returning its error. Nothing is read after an error, so what it left
/// half done is not seen.
fn guarded<T>(path: &Path, work: impl FnOnce() -> Result<T, TaskError>) -> Result<T, TaskError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let reason = "its metadata contradict themselves".to_owned();
        Err(TaskError::Parquet { path: path.to_owned(), reason })
    })
}

fn damaged(path: &Path, error: &ParquetError) -> TaskError {
    TaskError::Parquet { path: path.to_owned(), reason: error.to_string() }
}

fn column_names(schema: &SchemaDescriptor) -> Vec<String> {
    schema.root_schema().get_fields().iter().map(|field| field.name().to_owned()).collect()
}

/// The index of a top-level column of a type that can be read.
fn column_index(schema: &SchemaDescriptor, name: &str, path: &Path) -> Result<usize, TaskError> {
    let names = column_names(schema);
    if !names.iter().any(|known| known == name) {
        return Err(TaskError::MissingColumn { path: path.to_owned(), column: name.to_owned(), found: names });
    }
    let readable = |(index, column): (usize, &parquet::schema::types::ColumnDescPtr)| {
        let is_column = column.path().parts() == [name] && column.max_rep_level() == 0;
        let is_plain = match column.physical_type() {
            Type::BYTE_ARRAY => matches!(
                column.converted_type(),
                ConvertedType::NONE | ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON
            ),
            Type::INT32 | Type::INT64 => matches!(
                column.converted_type(),
                ConvertedType::NONE
                    | ConvertedType::INT_8
                    | ConvertedType::INT_16
                    | ConvertedType::INT_32
                    | ConvertedType::INT_64
                    | ConvertedType::UINT_8
                    | ConvertedType::UINT_16
            ),
            Type::FLOAT | Type::DOUBLE => true,
            _ => false,
        };
        (is_column && is_plain).then_some(index)
    };
    schema.columns().iter().enumerate().find_map(readable).ok_or_else(|| TaskError::Parquet {
        path: path.to_owned(),
        reason: format!("column `{name}` is not a plain column of strings, signed integers or floats"),
    })
}

impl Column {
    fn read(&mut self, rows: usize) -> Result<Vec<Cell>, ParquetError> {
        let nullable = self.is_nullable;
        let number = |finite: bool, text: String| if finite { Cell::Number(text) } else { Cell::Other("not finite") };
        match &mut self.reader {
            ColumnReader::ByteArrayColumnReader(reader) => cells(reader, rows, nullable, |bytes| {
                bytes.as_utf8().map_or(Cell::InvalidUtf8, |text| Cell::Text(text.to_owned()))
            }),
            ColumnReader::Int32ColumnReader(reader) => {
                cells(reader, rows, nullable, |value| Cell::Number(value.to_string()))
            }
            ColumnReader::Int64ColumnReader(reader) => {
                cells(reader, rows, nullable, |value| Cell::Number(value.to_string()))
            }
            ColumnReader::FloatColumnReader(reader) => {
                cells(reader, rows, nullable, |value| number(value.is_finite(), value.to_string()))
            }
            ColumnReader::DoubleColumnReader(reader) => {
                cells(reader, rows, nullable, |value| number(value.is_finite(), value.to_string()))
            }
            _ => Err(ParquetError::General("the column's type differs from the schema's".to_owned())),
        }
    }
}

fn cells<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    nullable: bool,
    convert: impl Fn(T::T) -> Cell,
) -> Result<Vec<Cell>, ParquetError> {
    let mut values = Vec::new();
    // Per row 1 where there is a value and 0 where there is none; left empty for a column that is never null.
    let mut levels = Vec::new();
    let (read, _, _) = reader.read_records(rows, Some(&mut levels), None, &mut values)?;
    if read != rows {
        return Err(ParquetError::EOF(format!("{read} rows of {rows}")));
    }
    let mut values = values.into_iter().map(convert);
    if !nullable {
        return Ok(values.collect());
    }
    let null = Cell::Other("null");
    let next = |level: &i16| if *level > 0 { values.next() } else { None };
    Ok(levels.iter().map(next).map(|cell| cell.unwrap_or_else(|| null.clone())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::data_type::{ByteArray, ByteArrayType};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;
    use std::sync::Arc;

    #[test]
    fn a_group_is_read_in_chunks() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.parquet");
        let schema = Arc::new(parse_message_type("message rows { OPTIONAL BYTE_ARRAY gold (UTF8); }").unwrap());
        let properties = Arc::new(WriterProperties::builder().build());
        let mut writer = SerializedFileWriter::new(File::create(&path).unwrap(), schema, properties).unwrap();
        let golds: [ByteArray; 5] = ["1", "2", "3", "4", "5"].map(ByteArray::from);
        for levels in [[1, 0, 1, 1, 1, 0], [1, 0, 0, 0, 0, 0]] {
            let mut group = writer.next_row_group().unwrap();
            let mut column = group.next_column().unwrap().unwrap();
            let values = &golds[..levels.iter().filter(|level| **level > 0).count()];
            column.typed::<ByteArrayType>().write_batch(values, Some(&levels), None).unwrap();
            column.close().unwrap();
            group.close().unwrap();
        }
        writer.close().unwrap();

        let mut groups = Groups::open(File::open(&path).unwrap(), &path, &["gold".to_owned()]).unwrap();
        let mut next = || groups.next_chunk(4, &path).unwrap();
        let cell = |text: &str| match text {
            "null" => Ok(vec![Some(Cell::Other("null"))]),
            text => Ok(vec![Some(Cell::Text(text.to_owned()))]),
        };
        assert_eq!(next(), ["1", "null", "2", "3"].map(cell));
        // A chunk ends where its group does.
        assert_eq!(next(), ["4", "null"].map(cell));
        assert_eq!(next(), ["1", "null", "null", "null"].map(cell));
        assert_eq!(next().len(), 2);
        assert!(next().is_empty() && next().is_empty());
        assert_eq!(groups.rows_read(), (12, 12));
    }
}
