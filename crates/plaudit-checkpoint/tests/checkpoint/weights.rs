use super::{message, tiny_config};
use plaudit_checkpoint::{CheckpointError, ModelConfig, TensorSpec, Weights};
use safetensors::tensor::{Dtype, TensorView};
use serde_json::json;
use std::fs;
use std::path::Path;

/// One tensor of a file: name, number format, shape, little-endian bytes.
type Stored = (String, Dtype, Vec<usize>, Vec<u8>);

const WEIGHTS: &str = "model.safetensors";

fn value(index: usize) -> f32 {
    index as f32 / 7.0 - 3.0
}

fn stored(spec: &TensorSpec) -> Stored {
    let bytes = (0..spec.len()).flat_map(|index| value(index).to_le_bytes()).collect();
    (spec.name.clone(), Dtype::F32, spec.shape.clone(), bytes)
}

fn tiny_tensors() -> Vec<Stored> {
    tiny_config().tensors().iter().map(stored).collect()
}

fn write(path: &Path, tensors: &[Stored]) {
    let views = tensors
        .iter()
        .map(|(name, dtype, shape, bytes)| (name.as_str(), TensorView::new(*dtype, shape.clone(), bytes).unwrap()));
    fs::write(path, safetensors::serialize(views, None).unwrap()).unwrap();
}

fn read_all(directory: &Path, config: &ModelConfig) -> Result<Vec<f32>, CheckpointError> {
    let mut flat = vec![0.0; config.parameter_count()];
    Weights::open(directory)?.read_all(config, &mut flat)?;
    Ok(flat)
}

fn read_tiny(tensors: &[Stored]) -> Result<Vec<f32>, CheckpointError> {
    let directory = tempfile::tempdir().unwrap();
    write(&directory.path().join(WEIGHTS), tensors);
    read_all(directory.path(), &tiny_config())
}

fn expected_tiny() -> Vec<f32> {
    tiny_config().tensors().iter().flat_map(|spec| (0..spec.len()).map(value)).collect()
}

fn of_name<'a>(tensors: &'a mut [Stored], name: &str) -> &'a mut Stored {
    tensors.iter_mut().find(|tensor| tensor.0.ends_with(name)).unwrap()
}

#[test]
fn tensors_come_in_canonical_order_whatever_the_order_in_the_file() {
    let mut tensors = tiny_tensors();
    tensors.reverse();
    assert_eq!(read_tiny(&tensors).unwrap(), expected_tiny());
}

#[test]
fn half_precision_widens_exactly() {
    // 1, -pi cut to the format, the smallest subnormal, the largest number.
    let bf16: [(u16, f32); 4] =
        [(0x3f80, 1.0), (0xc049, -3.140625), (0x0001, f32::from_bits(0x0001_0000)), (0x7f7f, 3.3895314e38)];
    let f16: [(u16, f32); 4] = [(0x3c00, 1.0), (0xc248, -3.140625), (0x0001, 5.9604645e-8), (0x7bff, 65504.0)];
    for (dtype, patterns) in [(Dtype::BF16, bf16), (Dtype::F16, f16)] {
        let mut tensors = tiny_tensors();
        for (_, format, shape, bytes) in &mut tensors {
            let count: usize = shape.iter().product();
            *format = dtype;
            *bytes = (0..count).flat_map(|index| patterns[index % 4].0.to_le_bytes()).collect();
        }
        let expected: Vec<f32> = tiny_config()
            .tensors()
            .iter()
            .flat_map(|spec| (0..spec.len()).map(|index| patterns[index % 4].1))
            .collect();
        assert_eq!(read_tiny(&tensors).unwrap(), expected, "{dtype}");
    }
}

#[test]
fn a_tensor_larger_than_one_piece_is_read_whole() {
    let config = ModelConfig { vocab_size: 70_001, ..tiny_config() };
    let tensors: Vec<Stored> = config.tensors().iter().map(stored).collect();
    let directory = tempfile::tempdir().unwrap();
    write(&directory.path().join(WEIGHTS), &tensors);
    let flat = read_all(directory.path(), &config).unwrap();
    assert!(flat[..140_002].iter().enumerate().all(|(index, read)| *read == value(index)));

    let mut tensors = tensors;
    of_name(&mut tensors, "embed_tokens.weight").3[4 * 140_001..].copy_from_slice(&f32::INFINITY.to_le_bytes());
    write(&directory.path().join(WEIGHTS), &tensors);
    let problem = message(read_all(directory.path(), &config));
    assert!(problem.contains("embed_tokens") && problem.contains("inf at flat index 140001"), "{problem}");
}

/// The tiny model in two files with an index.
fn write_sharded(directory: &Path) {
    let tensors = tiny_tensors();
    let (first, second) = tensors.split_at(4);
    let files = [("model-00001-of-00002.safetensors", first), ("model-00002-of-00002.safetensors", second)];
    let mut map = serde_json::Map::new();
    for (file, tensors) in files {
        write(&directory.join(file), tensors);
        map.extend(tensors.iter().map(|tensor| (tensor.0.clone(), json!(file))));
    }
    write_index(directory, map.into());
}

fn write_index(directory: &Path, weight_map: serde_json::Value) {
    let index = json!({ "metadata": {}, "weight_map": weight_map });
    fs::write(directory.join("model.safetensors.index.json"), index.to_string()).unwrap();
}

#[test]
fn several_files_are_read_with_and_without_their_index() {
    let directory = tempfile::tempdir().unwrap();
    write_sharded(directory.path());
    assert_eq!(read_all(directory.path(), &tiny_config()).unwrap(), expected_tiny());
    fs::remove_file(directory.path().join("model.safetensors.index.json")).unwrap();
    assert_eq!(read_all(directory.path(), &tiny_config()).unwrap(), expected_tiny());
}

#[test]
fn broken_indexes_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    write_sharded(directory.path());
    let open = || message(Weights::open(directory.path()));

    write_index(directory.path(), json!({ "model.norm.weight": "model-00001-of-00002.safetensors" }));
    assert!(open().contains("places tensor `model.norm.weight`"), "{}", open());
    for file in ["../model-00001-of-00002.safetensors", "/etc/hostname", "", ".."] {
        write_index(directory.path(), json!({ "model.norm.weight": file }));
        assert!(open().contains("files beside it"), "{file}: {}", open());
    }
    write_index(directory.path(), json!(["model-00001-of-00002.safetensors"]));
    assert!(open().contains("`weight_map`"), "{}", open());
    write_index(directory.path(), json!({ "model.norm.weight": "absent.safetensors" }));
    assert!(open().contains("absent.safetensors"), "{}", open());
}

#[test]
fn a_tensor_in_two_files_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    write(&directory.path().join("a.safetensors"), &tiny_tensors());
    write(&directory.path().join("b.safetensors"), &tiny_tensors()[..1]);
    let problem = message(Weights::open(directory.path()));
    assert!(problem.contains("a.safetensors") && problem.contains("b.safetensors"), "{problem}");
}

#[test]
fn a_directory_without_weights_says_what_is_needed() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("pytorch_model.bin"), "pickle").unwrap();
    assert!(message(Weights::open(directory.path())).contains("safetensors files"));
    assert!(message(Weights::open(&directory.path().join("absent"))).contains("absent"));
}

#[test]
fn truncated_and_garbled_files_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(WEIGHTS);
    write(&path, &tiny_tensors());
    let whole = fs::read(&path).unwrap();
    let problem = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        message(Weights::open(directory.path()))
    };
    for length in 0..whole.len() {
        let problem = problem(&whole[..length]);
        assert!(problem.contains("has only") || problem.contains("promises"), "{length}: {problem}");
    }
    assert!(problem(&[whole.as_slice(), b"x"].concat()).contains("promises"));
    assert!(problem(b"version https://git-lfs.github.com/spec/v1\n").contains("git lfs pull"));
    assert!(problem(&[0xff; 64]).contains("more than the format allows"));
    assert!(problem(&[&8_u64.to_le_bytes()[..], b"not json"].concat()).contains("not a readable safetensors file"));
    let overlapping = br#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}"#;
    let bytes = [&(overlapping.len() as u64).to_le_bytes()[..], overlapping, &[0; 6]].concat();
    assert!(problem(&bytes).contains("not a readable safetensors file"));
}

#[test]
fn every_missing_tensor_is_counted() {
    let problem = message(read_tiny(&tiny_tensors()[4..]));
    assert!(problem.contains("4 tensors (`model.embed_tokens.weight`,"), "{problem}");
}

#[test]
fn wrong_shapes_and_formats_are_refused() {
    let mut tensors = tiny_tensors();
    of_name(&mut tensors, "gate_proj.weight").2 = vec![2, 3];
    let problem = message(read_tiny(&tensors));
    assert!(problem.contains("gate_proj") && problem.contains("[2, 3]") && problem.contains("[3, 2]"), "{problem}");

    let mut tensors = tiny_tensors();
    of_name(&mut tensors, "gate_proj.weight").1 = Dtype::I32;
    let problem = message(read_tiny(&tensors));
    assert!(problem.contains("stored as I32"), "{problem}");
}

#[test]
fn weights_that_are_no_numbers_are_refused() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut tensors = tiny_tensors();
        of_name(&mut tensors, "down_proj.weight").3[8..12].copy_from_slice(&bad.to_le_bytes());
        let problem = message(read_tiny(&tensors));
        assert!(problem.contains("down_proj") && problem.contains("at flat index 2"), "{problem}");
    }
}

#[test]
fn surplus_tensors_are_refused_unless_they_say_nothing() {
    let surplus = |name: &str, shape: &[usize]| {
        let mut tensors = tiny_tensors();
        tensors.push(stored(&TensorSpec { name: name.to_owned(), shape: shape.to_vec() }));
        read_tiny(&tensors)
    };
    assert_eq!(surplus("lm_head.weight", &[4, 2]).unwrap(), expected_tiny());
    assert_eq!(surplus("model.layers.0.self_attn.rotary_emb.inv_freq", &[1]).unwrap(), expected_tiny());
    let problem = message(surplus("model.layers.1.self_attn.q_proj.weight", &[2, 2]));
    assert!(problem.contains("layers.1") && problem.contains("no place"), "{problem}");
}
