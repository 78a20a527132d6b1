//! Rows from a Parquet file, column by column.

use super::row::{Cell, Cells, Row};
use super::{DatasetConfig, Rows};
use crate::TaskError;
use parquet::basic::{ConvertedType, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::schema::types::SchemaDescriptor;
use std::fs::File;
use std::panic;
use std::path::Path;

/// Reads the columns that the configuration names. Strings (and undeclared byte arrays that are UTF-8), integers and floats
/// are read; codecs are those built in (uncompressed, Snappy, Zstandard).
pub(super) fn read(file: File, path: &Path, config: &DatasetConfig) -> Result<Rows, TaskError> {
    // The Parquet library asserts on some damaged metadata instead of returning its error.
    panic::catch_unwind(|| read_rows(file, path, config)).unwrap_or_else(|_| {
        let reason = "its metadata contradict themselves".to_owned();
        Err(TaskError::Parquet { path: path.to_owned(), reason })
    })
}

fn read_rows(file: File, path: &Path, config: &DatasetConfig) -> Result<Rows, TaskError> {
    let damaged = |error: ParquetError| TaskError::Parquet { path: path.to_owned(), reason: error.to_string() };
    let reader = SerializedFileReader::new(file).map_err(damaged)?;
    let schema = reader.metadata().file_metadata().schema_descr();
    let find = |name: &str| column_index(schema, name, path);
    let prompt = find(&config.prompt_column)?;
    let answer = find(&config.answer_column)?;
    let solution = config.solution_column.as_deref().map(find).transpose()?;
    let mut rows = Rows { rows: Vec::new(), columns: column_names(schema) };
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).map_err(damaged)?;
        let read = |column| read_column(&*group, column).map_err(damaged);
        let mut solutions = solution.map(read).transpose()?.map(Vec::into_iter);
        for (prompt, answer) in read(prompt)?.into_iter().zip(read(answer)?) {
            let solution = solutions.as_mut().and_then(Iterator::next);
            rows.rows.push(Row::new(Cells { prompt: Some(prompt), answer: Some(answer), solution }, config));
        }
    }
    Ok(rows)
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

fn read_column(group: &dyn RowGroupReader, column: usize) -> Result<Vec<Cell>, ParquetError> {
    let rows = usize::try_from(group.metadata().num_rows())
        .map_err(|_| ParquetError::General("negative number of rows".to_owned()))?;
    let nullable = group.metadata().schema_descr().column(column).max_def_level() > 0;
    let number = |finite: bool, text: String| if finite { Cell::Number(text) } else { Cell::Other("not finite") };
    match group.get_column_reader(column)? {
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

fn cells<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
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
