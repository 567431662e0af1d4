//! The hash that decides to which HASH partition a row belongs.
//!
//! Source: `compute_partition_hash_value` of PostgreSQL's partitioning/partbounds.c, `hashint8extended` of
//! access/hash/hashfunc.c, and `hash_bytes_uint32_extended` of common/hashfn.c.

/// `HASH_PARTITION_SEED`
const SEED: u64 = 0x7A5B_2236_7996_DCFD;

/// The hash of a key of one whole number, of whichever width.
pub(super) fn of_key(value: i64) -> u64 {
    let bytes = value.to_le_bytes();
    let half = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    // A number that fits an integer has the hash of that.
    let high = if value >= 0 { half(4) } else { !half(4) };
    combined(0, of_word(half(0) ^ high))
}

/// `hash_combine64`
fn combined(one: u64, other: u64) -> u64 {
    let sum = other.wrapping_add(0x49a0_f4dd_15e5_a8e3).wrapping_add(one << 54).wrapping_add(one >> 7);
    one ^ sum
}

fn of_word(word: u32) -> u64 {
    let start = 0x9e37_79b9_u32.wrapping_add(4).wrapping_add(3_923_095);
    let [high, low] = [SEED >> 32, SEED & 0xffff_ffff].map(|half| u32::try_from(half).unwrap_or_default());
    let (a, b, c) = mixed(start.wrapping_add(high), start.wrapping_add(low), start);
    let (b, c) = last_mixed(a.wrapping_add(word), b, c);
    u64::from(b) << 32 | u64::from(c)
}

/// `mix`
fn mixed(mut a: u32, mut b: u32, mut c: u32) -> (u32, u32, u32) {
    let step = |to: &mut u32, from: u32, by: u32| *to = to.wrapping_sub(from) ^ from.rotate_left(by);
    for [first, second, third] in [[4, 6, 8], [16, 19, 4]] {
        step(&mut a, c, first);
        c = c.wrapping_add(b);
        step(&mut b, a, second);
        a = a.wrapping_add(c);
        step(&mut c, b, third);
        b = b.wrapping_add(a);
    }
    (a, b, c)
}

/// `final`: the two words that are used.
fn last_mixed(mut a: u32, mut b: u32, mut c: u32) -> (u32, u32) {
    let step = |to: &mut u32, from: u32, by: u32| *to = (*to ^ from).wrapping_sub(from.rotate_left(by));
    step(&mut c, b, 14);
    step(&mut a, c, 11);
    step(&mut b, a, 25);
    step(&mut c, b, 16);
    step(&mut a, c, 4);
    step(&mut b, a, 14);
    step(&mut c, b, 24);
    (b, c)
}
