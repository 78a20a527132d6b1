//! Words, and the words behind values: punctuation, units, qualifiers.

use super::check;
use crate::math::Policy;

#[test]
fn signs_beside_digits_and_letters_count() {
    check(
        &Policy::default(),
        &[
            (r"\text{about 4.5 km from Oslo}", r"\text{About 4.5 km from Oslo.}"),
            (r"\text{in Rome!}", r"\text{in rome}"),
            (r"\text{non-zero}", r"\text{nonzero}"),
            (r"\text{(D)}", r"\text{D}"),
            (r"\text{some 1,500 birds left early}", r"\text{some 1500 birds left early}"),
        ],
        &[
            (r"\text{the mean is 4.5}", r"\text{the mean is 45}"),
            (r"\text{B+}", r"\text{B-}"),
            (r"\text{grows like -7}", r"\text{grows like 7}"),
            (r"\text{ratio is 4:3}", r"\text{ratio is 43}"),
            (r"\text{so p != q}", r"\text{so p = q}"),
            (r"\text{then 2(x+1)}", r"\text{then 2x+1}"),
            (r"\text{both 4,5}", r"\text{both 45}"),
            (r"\text{between (4, 7]}", r"\text{between [4, 7)}"),
        ],
    );
}

#[test]
fn a_formula_in_text_is_a_formula() {
    check(
        &Policy::default(),
        &[
            (r"\text{7.5 hours}", "7.5"),
            (r"\text{y = 8}", "8"),
            (r"\text{y > 8}", "8 < y"),
            (r"\text{9 girls}", "9 girls"),
            (r"\text{May 12}", "May 12"),
        ],
        &[
            (r"\text{7.5 hours}", r"\text{75 hours}"),
            (r"\text{y > 8}", r"\text{y < 8}"),
            (r"\text{y = -8}", r"\text{y = 8}"),
            (r"\text{3/4 cup}", r"\text{34 cup}"),
            (r"\text{g(t) = t + 2}", r"\text{g(t) = t - 2}"),
            (r"\text{B(-4, 1)}", r"\text{B(4, 1)}"),
        ],
    );
}

#[test]
fn words_that_qualify_a_value_count() {
    check(
        &Policy::default(),
        &[
            (r"15\% \text{ increase}", "15% increase"),
            (r"k \text{ odd}", r"k\text{ odd}"),
            ("8 m/s north", r"8 \text{ m/s north}"),
            (r"40^\circ \text{ N}", r"40^\circ \text{ north}"),
            (r"3 \text{ real roots}", "3"),
            (r"4 \times 2 \text{ matrix}", r"4 \times 2 \text{ matrix}"),
        ],
        &[
            ("15% increase", "15% decrease"),
            ("15% increase", "15%"),
            (r"k \text{ odd}", r"k \text{ even}"),
            (r"k \text{ odd}", "k"),
            ("8 m/s north", "8 m/s south"),
            (r"40^\circ \text{ N}", r"40^\circ \text{ S}"),
            (r"\$7 \text{ profit}", r"\$7 \text{ loss}"),
            (r"7 \text{ or more}", "7"),
            (r"7 \text{ or more}", r"7 \text{ or fewer}"),
            (r"3 \text{ real roots}", r"3 \text{ complex roots}"),
            (r"L \text{ exists}", r"L \text{ does not exist}"),
            (r"6 \text{ (maximum)}", r"6 \text{ (minimum)}"),
            (r"4 \times 2 \text{ matrix}", r"2 \times 4 \text{ matrix}"),
            (r"45^\circ", r"45 \text{ radians}"),
        ],
    );
}

#[test]
fn a_noun_may_be_left_out_but_not_exchanged() {
    check(
        &Policy::default(),
        &[
            ("9 pears", "9"),
            ("9 pear", "9 pears"),
            ("9 green pears", "9 pears"),
            (r"9 \text{ kilometers}", "9 km"),
            ("9 cm", r"9\text{ m}"),
        ],
        &[("9 pears", "9 plums"), ("9 pears", "8 pears")],
    );
}

#[test]
fn items_keep_their_units_and_names() {
    check(
        &Policy::default(),
        &[
            ("6 cats and 2 dogs", "2 dogs and 6 cats"),
            ("6 cats and 2 dogs", "6, 2"),
            (r"6 \text{ m}, 2 \text{ km}", r"2 \text{ km}, 6 \text{ m}"),
            (r"6 \text{ m}, 2 \text{ m}", "2, 6"),
            ("u = 6, v = -2", "v = -2, u = 6"),
            ("u = 6, v = -2", "6, -2"),
            ("u_1 = 6, u_2 = -2", "-2, 6"),
            (r"\text{True, False}", "True, False"),
            (r"\text{north, south}", "south, north"),
        ],
        &[
            ("6 cats and 2 dogs", "2 cats and 6 dogs"),
            (r"6 \text{ m}, 2 \text{ km}", r"2 \text{ m}, 6 \text{ km}"),
            ("6 hours and 2 minutes", "2 hours and 6 minutes"),
            ("u = 6, v = -2", "-2, 6"),
            ("6 cats and 2 dogs", "2, 6"),
            (r"\text{True, False}", r"\text{False, True}"),
            ("Yes, No, No", "No, Yes, No"),
        ],
    );
}

#[test]
fn letters_beside_a_number_are_a_product_unless_they_are_surely_a_unit() {
    check(
        &Policy::default(),
        &[
            ("7mg", "7gm"),
            ("7mg", r"7m \cdot g"),
            ("7mg", r"7\text{ mg}"),
            (r"\frac{7mg}{4}", r"\frac{7}{4}mg"),
            ("7kg", "7"),
            ("7 mg", "7"),
        ],
        &[("7mg", "7"), ("N = 7mg", "N = 7"), ("7mg", "7kg"), ("7ms", "7"), ("7Pa", "7"), (r"7\text{ mm}", "7m")],
    );
}
