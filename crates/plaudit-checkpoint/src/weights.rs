//! Weight files: safetensors, read and written tensor by tensor in small pieces, never as a whole second copy.
//!
//! A file is eight bytes of header length (little endian), a JSON header (name, number format, shape and byte range of each
//! tensor), then the tensors' bytes without gaps.

use crate::{CheckpointError, ModelConfig, TensorSpec};
use half::{bf16, f16};
use safetensors::tensor::{Dtype, Metadata, TensorInfo};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The single weight file that Plaudit writes.
pub(crate) const WEIGHTS_FILE: &str = "model.safetensors";
const INDEX_FILE: &str = "model.safetensors.index.json";
const LENGTH_BYTES: u64 = 8;
/// The bound of the safetensors format; beyond it a length is garbage.
const MAX_HEADER_BYTES: u64 = 100_000_000;
/// Bytes converted at a time: fits the second-level cache.
const CHUNK_BYTES: usize = 1 << 18;

/// The weight files of a checkpoint directory, opened; tensors are read on demand.
#[derive(Debug)]
pub struct Weights {
    directory: PathBuf,
    files: Vec<WeightFile>,
    /// Where each tensor is: index into `files` and its entry in that file's header.
    tensors: BTreeMap<String, (usize, TensorInfo)>,
}

#[derive(Debug)]
struct WeightFile {
    path: PathBuf,
    file: File,
    /// Where the tensors' bytes begin.
    data_start: u64,
}

impl Weights {
    /// Opens `model.safetensors`; or the files that `model.safetensors.index.json` names; or else every `*.safetensors` file
    /// of the directory. Reads headers only.
    ///
    /// # Errors
    /// [`CheckpointError`] if there are no weight files, a header is malformed, a file is truncated, the index and the files
    /// disagree, or two files hold the same tensor.
    pub fn open(directory: &Path) -> Result<Self, CheckpointError> {
        let mut weights = Self { directory: directory.to_owned(), files: Vec::new(), tensors: BTreeMap::new() };
        if directory.join(WEIGHTS_FILE).exists() {
            weights.add_file(directory.join(WEIGHTS_FILE))?;
        } else if directory.join(INDEX_FILE).exists() {
            weights.add_indexed_files()?;
        } else {
            for path in safetensors_files(directory)? {
                weights.add_file(path)?;
            }
        }
        if weights.files.is_empty() {
            return Err(CheckpointError::MissingFile {
                path: directory.join(WEIGHTS_FILE),
                expected: "a checkpoint needs one or several safetensors files (other formats have to be converted)",
            });
        }
        Ok(weights)
    }

    /// Checks that every tensor of the model is there with its shape in a known number format, and that there is nothing
    /// else. A stored `lm_head.weight` is allowed where the config ties it to the embedding (and is ignored, as
    /// `transformers` does), as are the rotary frequencies that old checkpoints carry.
    ///
    /// # Errors
    /// [`CheckpointError::MissingTensors`], [`CheckpointError::Shape`], [`CheckpointError::NumberFormat`],
    /// [`CheckpointError::UnexpectedTensors`].
    pub fn check(&self, config: &ModelConfig) -> Result<(), CheckpointError> {
        let specs = config.tensors();
        let missing: Vec<String> =
            specs.iter().filter(|spec| !self.tensors.contains_key(&spec.name)).map(|spec| spec.name.clone()).collect();
        if !missing.is_empty() {
            return Err(CheckpointError::MissingTensors { directory: self.directory.clone(), names: missing });
        }
        for spec in &specs {
            self.locate(spec)?;
        }
        let known: BTreeSet<&str> = specs.iter().map(|spec| spec.name.as_str()).collect();
        let is_ignored = |name: &str| {
            (config.tie_word_embeddings && name == "lm_head.weight") || name.ends_with(".rotary_emb.inv_freq")
        };
        let surplus: Vec<String> =
            self.tensors.keys().filter(|name| !known.contains(name.as_str()) && !is_ignored(name)).cloned().collect();
        if !surplus.is_empty() {
            return Err(CheckpointError::UnexpectedTensors { directory: self.directory.clone(), names: surplus });
        }
        Ok(())
    }

    /// Reads one tensor into `values` (row-major, `spec.len()` elements), widening f16 and bf16.
    ///
    /// # Errors
    /// Those of [`Weights::check`] for this tensor, [`CheckpointError::NonFinite`] and [`CheckpointError::Io`]; then `values`
    /// is partly overwritten.
    ///
    /// # Panics
    /// If `values` has another length than the tensor.
    pub fn read(&mut self, spec: &TensorSpec, values: &mut [f32]) -> Result<(), CheckpointError> {
        assert_eq!(values.len(), spec.len(), "the buffer for `{}`", spec.name);
        let (index, format, begin) = self.locate(spec)?;
        let WeightFile { path, file, data_start } = &mut self.files[index];
        let width = format.bytes();
        let mut bytes = vec![0; CHUNK_BYTES.min(values.len() * width)];
        file.seek(SeekFrom::Start(*data_start + begin as u64)).map_err(CheckpointError::io("read", path))?;
        for (chunk_index, chunk) in values.chunks_mut(CHUNK_BYTES / width).enumerate() {
            let bytes = &mut bytes[..chunk.len() * width];
            file.read_exact(bytes).map_err(CheckpointError::io("read", path))?;
            format.widen(bytes, chunk);
            refuse_non_finite(chunk, chunk_index * (CHUNK_BYTES / width), &spec.name, path)?;
        }
        Ok(())
    }

    /// Checks the model and reads all of its tensors into one flat buffer in canonical order ([`ModelConfig::tensors`]).
    ///
    /// # Errors
    /// Those of [`Weights::check`] and [`Weights::read`].
    ///
    /// # Panics
    /// If `flat` has another length than [`ModelConfig::parameter_count`].
    pub fn read_all(&mut self, config: &ModelConfig, flat: &mut [f32]) -> Result<(), CheckpointError> {
        assert_eq!(flat.len(), config.parameter_count(), "the buffer for all parameters");
        self.check(config)?;
        let mut rest = flat;
        for spec in config.tensors() {
            let (values, after) = rest.split_at_mut(spec.len());
            self.read(&spec, values)?;
            rest = after;
        }
        Ok(())
    }

    /// The file, number format and first byte (within the file's data) of a tensor.
    fn locate(&self, spec: &TensorSpec) -> Result<(usize, NumberFormat, usize), CheckpointError> {
        let Some((index, info)) = self.tensors.get(&spec.name) else {
            let names = vec![spec.name.clone()];
            return Err(CheckpointError::MissingTensors { directory: self.directory.clone(), names });
        };
        let path = &self.files[*index].path;
        if info.shape != spec.shape {
            return Err(CheckpointError::Shape {
                path: path.clone(),
                tensor: spec.name.clone(),
                expected: spec.shape.clone(),
                found: info.shape.clone(),
            });
        }
        let format = NumberFormat::of(info.dtype).ok_or_else(|| CheckpointError::NumberFormat {
            path: path.clone(),
            tensor: spec.name.clone(),
            found: info.dtype.to_string(),
        })?;
        Ok((*index, format, info.data_offsets.0))
    }

    fn add_file(&mut self, path: PathBuf) -> Result<(), CheckpointError> {
        let mut file = File::open(&path).map_err(CheckpointError::io("open", &path))?;
        let (data_start, metadata) = read_header(&path, &mut file)?;
        for (name, info) in metadata.tensors() {
            if let Some((other, _)) = self.tensors.get(&name) {
                let first = self.files[*other].path.clone();
                return Err(CheckpointError::DuplicateTensor { tensor: name, first, second: path });
            }
            self.tensors.insert(name, (self.files.len(), info.clone()));
        }
        self.files.push(WeightFile { path, file, data_start });
        Ok(())
    }

    fn add_indexed_files(&mut self) -> Result<(), CheckpointError> {
        let path = self.directory.join(INDEX_FILE);
        let index = crate::files::read_json(&path)?;
        let problem =
            || CheckpointError::content(&path, "`weight_map` must map tensor names to names of files beside it");
        let map = index.get("weight_map").and_then(Value::as_object).ok_or_else(problem)?;
        let mut places = BTreeMap::new();
        for (tensor, file) in map {
            // Only a plain name: an index must not reach outside its directory.
            let is_plain = |name: &&str| !name.is_empty() && Path::new(name).file_name() == Some(name.as_ref());
            places.insert(tensor, file.as_str().filter(is_plain).ok_or_else(problem)?);
        }
        let files: BTreeSet<&str> = places.values().copied().collect();
        for file in files {
            self.add_file(self.directory.join(file))?;
        }
        for (tensor, file) in places {
            let expected = self.directory.join(file);
            match self.tensors.get(tensor) {
                Some((index, _)) if self.files[*index].path == expected => {}
                _ => {
                    let problem = format!("places tensor `{tensor}` in {file}, which does not hold it");
                    return Err(CheckpointError::content(&path, problem));
                }
            }
        }
        Ok(())
    }
}

/// Reads and validates a header; returns where the data begins.
fn read_header(path: &Path, file: &mut File) -> Result<(u64, Metadata), CheckpointError> {
    let malformed = |problem: String| CheckpointError::Header { path: path.to_owned(), problem };
    let found = file.metadata().map_err(CheckpointError::io("read", path))?.len();
    if found < LENGTH_BYTES {
        return Err(malformed(format!("it has only {found} bytes")));
    }
    let mut length = [0; LENGTH_BYTES as usize];
    file.read_exact(&mut length).map_err(CheckpointError::io("read", path))?;
    if &length == b"version " {
        return Err(malformed("it looks like a Git LFS pointer; run `git lfs pull` where it was cloned".to_owned()));
    }
    let length = u64::from_le_bytes(length);
    if length > MAX_HEADER_BYTES {
        return Err(malformed(format!("its header claims {length} bytes, more than the format allows")));
    }
    let data_start = LENGTH_BYTES + length;
    if found < data_start {
        return Err(CheckpointError::Size { path: path.to_owned(), expected: data_start, found });
    }
    let mut header = vec![0; length as usize];
    file.read_exact(&mut header).map_err(CheckpointError::io("read", path))?;
    let metadata: Metadata = serde_json::from_slice(&header).map_err(|error| malformed(error.to_string()))?;
    let expected = data_start + metadata.data_len() as u64;
    if found != expected {
        return Err(CheckpointError::Size { path: path.to_owned(), expected, found });
    }
    Ok((data_start, metadata))
}

fn safetensors_files(directory: &Path) -> Result<Vec<PathBuf>, CheckpointError> {
    let entries = fs::read_dir(directory).map_err(CheckpointError::io("list", directory))?;
    let paths: Result<Vec<PathBuf>, _> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths.map_err(CheckpointError::io("list", directory))?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "safetensors"));
    paths.sort();
    Ok(paths)
}

/// Writes one safetensors file in f32, tensors in canonical order, and flushes it to the disk.
///
/// # Errors
/// [`CheckpointError::MissingTensors`] where `tensor` has no values for a name (then nothing is written),
/// [`CheckpointError::NonFinite`] (a diverged model is not worth keeping) and [`CheckpointError::Io`]; then the file is
/// incomplete.
///
/// # Panics
/// If `tensor` returns a slice of the wrong length.
pub(crate) fn write_weights<'a>(
    path: &Path,
    config: &ModelConfig,
    tensor: &dyn Fn(&str) -> Option<&'a [f32]>,
) -> Result<(), CheckpointError> {
    let specs = config.tensors();
    let mut tensors = Vec::with_capacity(specs.len());
    let mut missing = Vec::new();
    for spec in &specs {
        match tensor(&spec.name) {
            Some(values) => {
                assert_eq!(values.len(), spec.len(), "the values of `{}`", spec.name);
                tensors.push(values);
            }
            None => missing.push(spec.name.clone()),
        }
    }
    if !missing.is_empty() {
        return Err(CheckpointError::MissingTensors { directory: path.to_owned(), names: missing });
    }
    let mut file = File::create(path).map_err(CheckpointError::io("create", path))?;
    let mut write = |bytes: &[u8]| file.write_all(bytes).map_err(CheckpointError::io("write", path));
    write(&header(&specs))?;
    let mut bytes = Vec::with_capacity(CHUNK_BYTES);
    for (spec, values) in specs.iter().zip(tensors) {
        for (chunk_index, chunk) in values.chunks(CHUNK_BYTES / 4).enumerate() {
            refuse_non_finite(chunk, chunk_index * (CHUNK_BYTES / 4), &spec.name, path)?;
            bytes.clear();
            bytes.extend(chunk.iter().flat_map(|value| value.to_le_bytes()));
            write(&bytes)?;
        }
    }
    file.sync_all().map_err(CheckpointError::io("flush", path))
}

/// The length and the JSON header, padded with spaces so that the data begin at a multiple of eight bytes.
fn header(specs: &[TensorSpec]) -> Vec<u8> {
    let mut end = 0;
    let infos = specs.iter().map(|spec| {
        let begin = end;
        end += 4 * spec.len();
        let info = TensorInfo { dtype: Dtype::F32, shape: spec.shape.clone(), data_offsets: (begin, end) };
        (spec.name.clone(), info)
    });
    // `transformers` refuses files that do not say they were made for PyTorch.
    let purpose = [("format".to_owned(), "pt".to_owned())].into_iter().collect();
    let metadata =
        Metadata::new(Some(purpose), infos.collect()).expect("consecutive ranges of the shapes' sizes are valid");
    let mut json = serde_json::to_vec(&metadata).expect("names and numbers always serialise");
    json.resize(json.len().next_multiple_of(8), b' ');
    [&(json.len() as u64).to_le_bytes(), json.as_slice()].concat()
}

fn refuse_non_finite(values: &[f32], offset: usize, tensor: &str, path: &Path) -> Result<(), CheckpointError> {
    match values.iter().position(|value| !value.is_finite()) {
        None => Ok(()),
        Some(index) => Err(CheckpointError::NonFinite {
            path: path.to_owned(),
            tensor: tensor.to_owned(),
            index: offset + index,
            value: values[index],
        }),
    }
}

/// A number format that widens to f32 without loss.
#[derive(Clone, Copy)]
enum NumberFormat {
    F32,
    F16,
    Bf16,
}

impl NumberFormat {
    fn of(dtype: Dtype) -> Option<Self> {
        match dtype {
            Dtype::F32 => Some(Self::F32),
            Dtype::F16 => Some(Self::F16),
            Dtype::BF16 => Some(Self::Bf16),
            _ => None,
        }
    }

    fn bytes(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F16 | Self::Bf16 => 2,
        }
    }

    /// Converts little-endian `bytes` to `values.len()` values.
    fn widen(self, bytes: &[u8], values: &mut [f32]) {
        match self {
            Self::F32 => {
                for (value, bytes) in values.iter_mut().zip(bytes.as_chunks().0) {
                    *value = f32::from_le_bytes(*bytes);
                }
            }
            Self::F16 => {
                for (value, bytes) in values.iter_mut().zip(bytes.as_chunks().0) {
                    *value = f16::from_le_bytes(*bytes).to_f32();
                }
            }
            Self::Bf16 => {
                for (value, bytes) in values.iter_mut().zip(bytes.as_chunks().0) {
                    *value = bf16::from_le_bytes(*bytes).to_f32();
                }
            }
        }
    }
}
