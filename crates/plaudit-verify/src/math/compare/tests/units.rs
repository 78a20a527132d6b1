//! Units of physics and chemistry behind values, and the variables that they are not.

use super::check;
use crate::math::{Policy, Units};

#[test]
fn symbols_behind_a_value_are_a_unit() {
    check(
        &Policy::default(),
        &[
            ("4.1 eV", "4.1"),
            ("7 kJ/mol", "7"),
            ("7 kg m/s", r"7 \text{ kg}\cdot\text{m/s}"),
            (r"7\ \mathrm{kJ\,mol^{-1}}", "7"),
            (r"9.6 m s^{-2}", "9.6 m/s^2"),
            (r"7 \frac{\text{m}}{\text{s}^2}", "7"),
            (r"\frac{3}{8} \mathrm{~m}", "3/8"),
            ("0.07 L", "0.07"),
            (r"30 \Omega", "30"),
            (r"6.8 \text{ k}\Omega", "6.8"),
            (r"7 \mu m", "7 μm"),
            (r"4 \times 10^{-3} M", "0.004"),
            ("6e8 m/s", "600000000"),
            (r"2 \times 10^{-34} J s", r"2 \times 10^{-34}"),
            ("4 J/(mol·K)", "4"),
            ("7 L/min", "7"),
        ],
        &[
            ("7 kJ/mol", "8 kJ/mol"),
            (r"9.6 m s^{-2}", "9.6^{-2}"),
            (r"\frac{3}{8} \mathrm{~m}", "8/3"),
            (r"4 \times 10^{-3} M", "4"),
            (r"7 \frac{\text{m}}{\text{s}}", "7/3"),
        ],
    );
}

#[test]
fn letters_that_may_be_variables_are_no_unit() {
    check(
        &Policy::default(),
        &[
            (r"7 \text{ m}", "7 m"),
            (r"7 \text{ N m}", "7 N·m"),
            ("7 meters", "7m"),
            (r"\frac{3}{8} \text{ mg}", r"\frac{3}{8} mg"),
            ("3mg", "3 mg"),
        ],
        &[
            ("7 m", "7"),
            ("7m", "7"),
            ("7 V A", "7"),
            (r"\mu mg", r"\mu"),
            (r"\frac{3}{8} mg", "3/8"),
            (r"\frac{1}{2} \mathrm{~m} v^2", "1/2"),
            ("0.7 m g h", "0.7"),
            ("0.7 m v", "0.7"),
            (r"e^{-0.7 A}", r"e^{-0.7}"),
            (r"\sin 0.7 s", r"\sin 0.7"),
            (r"3 \mu m g", "3"),
            (r"3 \Omega + 1", "4"),
            ("x + 0.7 m", "x + 0.7"),
        ],
    );
}

#[test]
fn units_are_compared_in_one_spelling() {
    let equal = [
        ("7 kJ/mol", r"7 \text{ kJ mol}^{-1}"),
        (r"7 \text{ N m}", "7 newton-meters"),
        (r"9.6 \text{ m s}^{-2}", "9.6 meters per second squared"),
        ("7 cm^2", "7 square centimeters"),
        ("7 mL", "7 ml"),
        (r"30 \Omega", r"30 \text{ ohms}"),
        ("7 μm", r"7 \mu\text{m}"),
    ];
    let different = [
        ("7 mW", r"7 \text{ MW}"),
        (r"7 \text{ K}", r"7 \text{ k}"),
        ("7 kJ/mol", "7 kJ"),
        ("7 kJ/mol", "7 J/mol"),
        (r"7 \text{ N m}", r"7 \text{ N/m}"),
        ("7 cm^2", "7 cm^3"),
        ("7 km", "7000 m"),
    ];
    check(&Policy { units: Units::Compared, ..Policy::default() }, &equal, &different);
    check(&Policy { units: Units::Required, ..Policy::default() }, &equal, &different);
}
