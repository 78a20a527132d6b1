//! Named columns to and from a Parquet file, over the low-level column API of the `parquet` crate.
//!
//! Levels, as the format calls them: a nullable column has a definition level per row (1: there is a value). A list column has, per
//! element, a definition level of 1 and a repetition level (0: first of its row, 1: a further one); an empty list is one entry
//! (0, 0) without a value.

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::column::reader::get_typed_column_reader;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};
use plaudit_core::Segments;
use std::fs::File;
use std::sync::Arc;

/// Collects columns and writes them as one row group.
#[derive(Default)]
pub(super) struct Writer {
    columns: Vec<Column>,
}

struct Column {
    name: String,
    values: Values,
    levels: Levels,
}

enum Values {
    Flags(Vec<bool>),
    Integers(Vec<i64>),
    Unsigned(Vec<i32>),
    Texts(Vec<ByteArray>),
    Doubles(Vec<f64>),
    Floats(Vec<f32>),
}

enum Levels {
    Required,
    Optional { definition: Vec<i16> },
    List { definition: Vec<i16>, repetition: Vec<i16> },
}

impl Writer {
    pub(super) fn flags(&mut self, name: &str, values: Vec<bool>) {
        self.push(name, Values::Flags(values), Levels::Required);
    }

    pub(super) fn integers(&mut self, name: &str, values: Vec<i64>) {
        self.push(name, Values::Integers(values), Levels::Required);
    }

    pub(super) fn unsigned(&mut self, name: &str, values: Vec<u32>) {
        self.push(name, unsigned(values), Levels::Required);
    }

    pub(super) fn texts(&mut self, name: &str, values: &[impl AsRef<str>]) {
        self.push(name, Values::Texts(values.iter().map(byte_array).collect()), Levels::Required);
    }

    pub(super) fn optional_texts(&mut self, name: &str, values: &[Option<impl AsRef<str>>]) {
        self.push(name, Values::Texts(values.iter().flatten().map(byte_array).collect()), optional(values));
    }

    pub(super) fn optional_numbers(&mut self, name: &str, values: &[Option<f64>]) {
        self.push(name, Values::Doubles(values.iter().flatten().copied().collect()), optional(values));
    }

    pub(super) fn unsigned_lists(&mut self, name: &str, rows: &Segments, values: Vec<u32>) {
        self.push(name, unsigned(values), lists(rows));
    }

    pub(super) fn number_lists(&mut self, name: &str, rows: &Segments, values: Vec<f32>) {
        self.push(name, Values::Floats(values), lists(rows));
    }

    fn push(&mut self, name: &str, values: Values, levels: Levels) {
        self.columns.push(Column { name: name.to_owned(), values, levels });
    }

    /// The bytes of the file. Equal columns give equal bytes.
    pub(super) fn finish(self) -> Result<Vec<u8>, ParquetError> {
        let fields = self.columns.iter().map(Column::field).collect::<Result<Vec<_>, _>>()?;
        let schema = Arc::new(Type::group_type_builder("rollouts").with_fields(fields).build()?);
        let properties = WriterProperties::builder()
            .set_created_by("plaudit".to_owned())
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
            .build();
        let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
        let mut group = file.next_row_group()?;
        for column in &self.columns {
            match &column.values {
                Values::Flags(values) => write::<BoolType>(&mut group, values, &column.levels)?,
                Values::Integers(values) => write::<Int64Type>(&mut group, values, &column.levels)?,
                Values::Unsigned(values) => write::<Int32Type>(&mut group, values, &column.levels)?,
                Values::Texts(values) => write::<ByteArrayType>(&mut group, values, &column.levels)?,
                Values::Doubles(values) => write::<DoubleType>(&mut group, values, &column.levels)?,
                Values::Floats(values) => write::<FloatType>(&mut group, values, &column.levels)?,
            }
        }
        group.close()?;
        file.into_inner()
    }
}

impl Column {
    /// The column's entry in the schema.
    fn field(&self) -> Result<TypePtr, ParquetError> {
        let (physical, logical) = match self.values {
            Values::Flags(_) => (Physical::BOOLEAN, None),
            Values::Integers(_) => (Physical::INT64, None),
            Values::Unsigned(_) => (Physical::INT32, Some(LogicalType::integer(32, false))),
            Values::Texts(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Values::Doubles(_) => (Physical::DOUBLE, None),
            Values::Floats(_) => (Physical::FLOAT, None),
        };
        let value = |name: &str, repetition| {
            Type::primitive_type_builder(name, physical)
                .with_logical_type(logical.clone())
                .with_repetition(repetition)
                .build()
                .map(Arc::new)
        };
        match self.levels {
            Levels::Required => value(&self.name, Repetition::REQUIRED),
            Levels::Optional { .. } => value(&self.name, Repetition::OPTIONAL),
            Levels::List { .. } => {
                let element = value("element", Repetition::REQUIRED)?;
                let list = Type::group_type_builder("list")
                    .with_repetition(Repetition::REPEATED)
                    .with_fields(vec![element])
                    .build()?;
                Type::group_type_builder(&self.name)
                    .with_logical_type(Some(LogicalType::List))
                    .with_repetition(Repetition::REQUIRED)
                    .with_fields(vec![Arc::new(list)])
                    .build()
                    .map(Arc::new)
            }
        }
    }
}

fn write<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    values: &[T::T],
    levels: &Levels,
) -> Result<(), ParquetError> {
    let (definition, repetition) = match levels {
        Levels::Required => (None, None),
        Levels::Optional { definition } => (Some(&definition[..]), None),
        Levels::List { definition, repetition } => (Some(&definition[..]), Some(&repetition[..])),
    };
    let mut column = group.next_column()?.expect("the schema has a field for every column");
    column.typed::<T>().write_batch(values, definition, repetition)?;
    column.close()
}

fn unsigned(values: Vec<u32>) -> Values {
    // The schema's annotation says that the bits are unsigned.
    Values::Unsigned(values.into_iter().map(u32::cast_signed).collect())
}

fn byte_array(text: impl AsRef<str>) -> ByteArray {
    ByteArray::from(text.as_ref())
}

fn optional<T>(values: &[Option<T>]) -> Levels {
    Levels::Optional { definition: values.iter().map(|value| i16::from(value.is_some())).collect() }
}

fn lists(rows: &Segments) -> Levels {
    let (mut definition, mut repetition) = (Vec::new(), Vec::new());
    for row in rows.iter() {
        definition.extend(std::iter::repeat_n(1, row.len()));
        repetition.extend((0..row.len()).map(|element| i16::from(element > 0)));
        if row.is_empty() {
            definition.push(0);
            repetition.push(0);
        }
    }
    Levels::List { definition, repetition }
}

/// Reads columns by name. Every method's error is a phrase that names the column.
pub(super) struct Reader {
    file: SerializedFileReader<File>,
}

/// The values of a column with the definition and repetition levels of its entries.
struct Entries<T> {
    values: Vec<T>,
    definition: Vec<i16>,
    repetition: Vec<i16>,
}

impl Reader {
    pub(super) fn open(file: File) -> Result<Self, String> {
        Ok(Self { file: SerializedFileReader::new(file).map_err(|error| error.to_string())? })
    }

    /// The names of all columns.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        self.file.metadata().file_metadata().schema().get_fields().iter().map(|field| field.name())
    }

    pub(super) fn flags(&self, name: &str) -> Result<Vec<bool>, String> {
        Ok(self.read::<BoolType>(name, 0, 0)?.values)
    }

    pub(super) fn integers(&self, name: &str) -> Result<Vec<i64>, String> {
        Ok(self.read::<Int64Type>(name, 0, 0)?.values)
    }

    pub(super) fn unsigned(&self, name: &str) -> Result<Vec<u32>, String> {
        Ok(self.read::<Int32Type>(name, 0, 0)?.values.into_iter().map(i32::cast_unsigned).collect())
    }

    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>, String> {
        texts(name, self.read::<ByteArrayType>(name, 0, 0)?.values)
    }

    pub(super) fn optional_texts(&self, name: &str) -> Result<Vec<Option<String>>, String> {
        let entries = self.read::<ByteArrayType>(name, 1, 0)?;
        Ok(spread(texts(name, entries.values)?, &entries.definition))
    }

    pub(super) fn optional_numbers(&self, name: &str) -> Result<Vec<Option<f64>>, String> {
        let entries = self.read::<DoubleType>(name, 1, 0)?;
        Ok(spread(entries.values, &entries.definition))
    }

    pub(super) fn unsigned_lists(&self, name: &str) -> Result<(Segments, Vec<u32>), String> {
        let entries = self.read::<Int32Type>(name, 1, 1)?;
        Ok((segments(&entries), entries.values.into_iter().map(i32::cast_unsigned).collect()))
    }

    pub(super) fn number_lists(&self, name: &str) -> Result<(Segments, Vec<f32>), String> {
        let entries = self.read::<FloatType>(name, 1, 1)?;
        Ok((segments(&entries), entries.values))
    }

    fn read<T: DataType>(&self, name: &str, definition: i16, repetition: i16) -> Result<Entries<T::T>, String> {
        let schema = self.file.metadata().file_metadata().schema_descr();
        let index = (0..schema.num_columns())
            .find(|index| schema.column(*index).path().parts()[0] == name)
            .ok_or_else(|| format!("the column {name} is missing"))?;
        let column = schema.column(index);
        if (column.physical_type(), column.max_def_level(), column.max_rep_level())
            != (T::get_physical_type(), definition, repetition)
        {
            return Err(format!("the column {name} has another type than expected"));
        }
        let mut entries = Entries { values: Vec::new(), definition: Vec::new(), repetition: Vec::new() };
        let mut read_groups = || -> Result<(), ParquetError> {
            for group in 0..self.file.num_row_groups() {
                let mut reader =
                    get_typed_column_reader::<T>(self.file.get_row_group(group)?.get_column_reader(index)?);
                let Entries { values, definition, repetition } = &mut entries;
                while reader.read_records(usize::MAX, Some(definition), Some(repetition), values)?.0 > 0 {}
            }
            Ok(())
        };
        read_groups().map_err(|error| format!("the column {name}: {error}"))?;
        Ok(entries)
    }
}

fn texts(name: &str, values: Vec<ByteArray>) -> Result<Vec<String>, String> {
    let text = |value: ByteArray| String::from_utf8(value.data().to_vec());
    values.into_iter().map(text).collect::<Result<_, _>>().map_err(|error| format!("the column {name}: {error}"))
}

/// Puts the values where the definition level says there is one.
fn spread<T>(values: Vec<T>, definition: &[i16]) -> Vec<Option<T>> {
    let mut values = values.into_iter();
    definition.iter().map(|level| if *level > 0 { values.next() } else { None }).collect()
}

/// The lengths of a list column's rows.
fn segments<T>(entries: &Entries<T>) -> Segments {
    let mut lengths: Vec<usize> = Vec::new();
    for (definition, repetition) in entries.definition.iter().zip(&entries.repetition) {
        let element = usize::from(*definition > 0);
        match lengths.last_mut() {
            Some(length) if *repetition > 0 => *length += element,
            _ => lengths.push(element),
        }
    }
    Segments::from_lengths(lengths)
}
