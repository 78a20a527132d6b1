//! The recipe file: schema, registry, validation with positions.
