//! Texts that are too long, too deep or too large.

use super::*;
use plaudit_core::Limit;
use plaudit_verify::math::MAX_DEPTH;

#[test]
fn limits_end_hostile_texts() {
    let over = |text: &str| match parse(text) {
        Err(ReadError { kind: ReadErrorKind::OverBudget(limit), .. }) => limit,
        other => panic!("{:?}: {other:?}", &text[..20]),
    };
    let nested = |open: &str, close: &str, depth: usize| format!("{}x{}", open.repeat(depth), close.repeat(depth));
    assert_eq!(over(&nested("(", ")", 500)), Limit::Depth);
    assert_eq!(over(&nested("{", "}", 500)), Limit::Depth);
    assert_eq!(over(&nested(r"\frac{1}{", "}", 500)), Limit::Depth);
    assert_eq!(over(&nested(r"\sqrt{", "}", MAX_DEPTH + 1)), Limit::Depth);
    assert_eq!(over(&nested("(1+", ")", 300)), Limit::Depth);
    for chain in [r"\sqrt", r"\sin", "-", "2^", r"\frac1", "|", r"\overline", r"\lim_{x\to1}", r"\left|"] {
        assert_eq!(over(&chain.repeat(1000)), Limit::Depth, "{chain}");
    }
    for chain in ["1/", r"1\pm", "1 mod ", r"A\cup A\cap "] {
        assert_eq!(over(&format!("{}1", chain.repeat(1000))), Limit::Depth, "{chain}");
    }
    assert_eq!(over(&format!("x{}", "!".repeat(1000))), Limit::Depth);
    assert_eq!(over(&format!("x{}", "%".repeat(1000))), Limit::Depth);
    // Every bracket looks ahead for its commas.
    assert_eq!(over(&"f(".repeat(4500)), Limit::Steps);
    assert_eq!(over("1e1001"), Limit::Bits);
    assert_eq!(over("1e-99999999999999999999999"), Limit::Bits);
    assert_eq!(over(&format!("0.{}", "7".repeat(10_000))), Limit::Bits);
    assert_eq!(over(&"x".repeat(1 << 20)), Limit::Length);
    assert_eq!(over(&"2A".repeat(50_000)), Limit::Steps);
    assert_eq!(over(&"9".repeat(80_000)), Limit::Steps);
    let few = read("a + b + c", &ReadOptions::default(), &mut Budget::of_steps(100));
    assert!(matches!(few, Err(ReadError { kind: ReadErrorKind::OverBudget(Limit::Steps), .. })), "{few:?}");
    // Long and flat is no matter.
    let digits = "9".repeat(60_000);
    assert!(matches!(parse(&digits), Ok(Expr::Number(number)) if number.value.to_string() == digits));
    assert!(matches!(parse(&vec!["x"; 3000].join("+")), Ok(Expr::Sum(terms)) if terms.len() == 3000));
    assert!(parse(&nested("(", ")", 100)).is_ok());
    assert!(parse(&nested(r"\frac{1}{", "}", 60)).is_ok());
}
