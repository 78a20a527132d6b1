//! Numbers, and what stands beside them.

use super::*;

#[test]
fn numbers() {
    check(&[
        ("0", "0"),
        ("007", "7"),
        ("3.", "3"),
        (".75", "0.75"),
        ("2.50", "2.50"),
        ("-4.2", "-4.2"),
        ("+8", "8"),
        ("\u{2212}6", "-6"),
        ("7,425", "7425"),
        ("83,204,511", "83204511"),
        ("6{,}150", "6150"),
        (r"6\,150", "6150"),
        (r"47,\!912", "47912"),
        (r"21,\! 305,\! 660", "21305660"),
        ("3 205 117", "3205117"),
        ("3\u{202f}205", "3205"),
        ("2,750.25", "2750.25"),
        ("4.6e3", "4600"),
        ("4.65e1", "46.5"),
        ("3E-2", "0.03"),
        (r"3.1\times10^{-4}", r"3.1 \cdot 10^{-4}"),
        ("\u{ff14}\u{ff12}", "42"),
        ("\u{ff17}\u{ff0e}\u{ff15}", "7.5"),
    ]);
}

#[test]
fn commas_group_digits_or_separate() {
    check(&[
        ("4,318", "4318"),
        ("4, 318", "4, 318"),
        ("4,31", "4, 31"),
        ("4,318,5", "4, 318, 5"),
        ("0,125", "0, 125"),
        ("1234,567", "1234, 567"),
        ("(4,318)", "(4, 318)"),
        ("(2,000)", "2000"),
        ("(1,500, 2,500)", "(1500, 2500)"),
        (r"\{120,340\}", r"\{120, 340\}"),
        (r"\gcd(15,225)", r"\operatorname{gcd}(15, 225)"),
        (r"\frac{4,318}{2}", r"\frac{4318}{2}"),
    ]);
    let european = ReadOptions { decimal_comma: true, ..ReadOptions::default() };
    for (text, expected) in [("2,75", "2.75"), ("1.250", "1250"), ("1.250,5", "1250.5"), ("3, 4", "3, 4")] {
        let expression = read(text, &european, &mut Budget::new()).unwrap();
        assert_eq!(expression.to_string(), expected, "{text}");
    }
}

#[test]
fn recurring_decimals() {
    check(&[
        (r"0.\overline{6}", r"0.\overline{6}"),
        (r"2.4\overline{27}", r"2.4\overline{27}"),
        (r"0.58\bar{3}", r"0.58\overline{3}"),
        ("0.58(3)", r"0.58\overline{3}"),
        (r"0.\dot{4}", r"0.\overline{4}"),
        (r"0.\dot{2}8571\dot{4}", r"0.\overline{285714}"),
        ("0.777...", r"0.\overline{7}"),
        (r"0.2555\ldots", r"0.2\overline{5}"),
        ("0.272727...", r"0.\overline{27}"),
        ("2.236...", "2.236"),
        // A factor, not a period.
        ("0.5(8)+1", r"0.5 \cdot 8 + 1"),
        ("2.5(8+1)", r"2.5 \cdot (8 + 1)"),
    ]);
    assert_eq!(parse("0.58(3)").map(|third| third.to_string()), parse("0.58333...").map(|third| third.to_string()));
}

#[test]
fn mixed_numbers_and_fractions() {
    check(&[
        (r"\frac37", r"\frac{3}{7}"),
        (r"\frac{x+1}{2}", r"\frac{x + 1}{2}"),
        (r"\dfrac5{12}", r"\frac{5}{12}"),
        (r"\tfrac{5}{12}", r"\frac{5}{12}"),
        (r"\cfrac 1 x", r"\frac{1}{x}"),
        (r"\frac\pi6", r"\frac{\pi}{6}"),
        ("5/12", r"\frac{5}{12}"),
        (r"5\div 12", r"\frac{5}{12}"),
        ("{5 \\over 12}", r"\frac{5}{12}"),
        ("\u{be}", r"\frac{3}{4}"),
        (r"2\frac35", r"2 \frac{3}{5}"),
        (r"2\frac{3}{5}", r"2 \frac{3}{5}"),
        ("2 3/5", r"2 \frac{3}{5}"),
        ("2\u{bd}", r"2 \frac{1}{2}"),
        ("-2 3/5", r"-2 \frac{3}{5}"),
        // Not below one: a product.
        (r"2\frac{7}{5}", r"2 \cdot \frac{7}{5}"),
        (r"2\frac{x}{5}", r"2 \cdot \frac{x}{5}"),
        ("8/4/2", r"\frac{\frac{8}{4}}{2}"),
    ]);
    refused(&[r"\frac{}{2}", r"\frac{1}", r"\frac123", "1/", "2 3"]);
}

#[test]
fn units_and_currencies() {
    check(&[
        (r"14\text{ cm}^2", r"14\text{ cm^2}"),
        (r"14 \text{ cm}^{2}", r"14\text{ cm^2}"),
        ("14 cm^2", r"14\text{ cm^2}"),
        ("14cm", r"14\text{ cm}"),
        (r"14\mbox{ cm}", r"14\text{ cm}"),
        (r"3\,\mathrm{m/s}", r"3\text{ m/s}"),
        (r"3~\mathrm{m}/\mathrm{s}^2", r"3\text{ m/s^2}"),
        (r"3 \text{ m}/\text{s}^2", r"3\text{ m/s^2}"),
        ("3 m/s", r"3\text{ m/s}"),
        ("12 weeks", r"12\text{ weeks}"),
        ("40 miles per hour", r"40\text{ miles per hour}"),
        (r"\frac{2}{5} \text{ hours}", r"\frac{2}{5}\text{ hours}"),
        (r"3 + \sqrt5 \text{ cm}", r"(3 + \sqrt{5})\text{ cm}"),
        (r"4 \pm 1 \text{ cm}", r"(4 \pm 1)\text{ cm}"),
        (r"3 \text{ cm} \times 4 \text{ cm}", r"(3\text{ cm}) \cdot (4\text{ cm})"),
        (r"90 \text{ miles} / 2 \text{ hours}", r"\frac{90\text{ miles}}{2\text{ hours}}"),
        (r"4 \text{ apples and } 7 \text{ pears}", r"4\text{ apples}, 7\text{ pears}"),
        (r"\$18.50", r"\$18.50"),
        ("$18.50", r"\$18.50"),
        ("$18.50$", "18.50"),
        ("18 dollars", r"18\text{ dollars}"),
        ("18\u{20ac}", "\u{20ac}18"),
        ("\u{20ac}18", "\u{20ac}18"),
        (r"21^\circ C", r"21^{\circ}C"),
        ("21\u{b0}F", r"21^{\circ}F"),
        ("64\u{516c}\u{65a4}", "64\\text{ \u{516c}\u{65a4}}"),
    ]);
}

#[test]
fn other_bases() {
    check(&[
        ("413_5", "413_{5}"),
        ("413_{5}", "413_{5}"),
        (r"1011_{\text{two}}", "1011_{2}"),
        ("1011_{two}", "1011_{2}"),
        ("1011_{(2)}", "1011_{2}"),
        ("7C_{16}", "7C_{16}"),
        ("1011\u{2082}", "1011_{2}"),
    ]);
    refused(&["45_3"]);
}
