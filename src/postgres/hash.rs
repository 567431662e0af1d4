//! To which partition of a table that is divided by HASH a row belongs.
//!
//! Source: `hash_bytes_extended` and `hash_bytes_uint32_extended` of PostgreSQL's common/hashfn.c, `compute_partition_hash_value`
//! of its partitioning/partbounds.c, and `satisfies_hash_partition()` of 11, 15 and 18. Texts are read as on machines that store
//! the low byte first.

/// `HASH_PARTITION_SEED`
const SEED: u64 = 0x7A5B_2236_7996_DCFD;

/// What a hash begins with, before the length of what is hashed.
const START: u32 = 0x9e37_79b9_u32.wrapping_add(3_923_095);

/// The hash of a smallint, an integer or a bigint: the same number has the same one in all of them.
pub fn of_number(value: i64) -> u64 {
    let [b0, b1, b2, b3, b4, b5, b6, b7] = value.to_le_bytes();
    let (low, high) = (u32::from_le_bytes([b0, b1, b2, b3]), u32::from_le_bytes([b4, b5, b6, b7]));
    let mut state = State::new(4);
    state.a = state.a.wrapping_add(low ^ if value >= 0 { high } else { !high });
    state.end()
}

/// The hash of a text with a deterministic collation.
pub fn of_text(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut state = State::new(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    let (blocks, rest) = bytes.as_chunks::<12>();
    let word = |bytes: &[u8], at: usize| {
        let byte = |n: usize| bytes.get(at + n).copied().unwrap_or_default();
        u32::from_le_bytes([byte(0), byte(1), byte(2), byte(3)])
    };
    for block in blocks {
        state.add(word(block, 0), word(block, 4), word(block, 8));
        state.mix();
    }
    // The lowest byte of the last word is left to the length.
    state.add(word(rest, 0), word(rest, 4), word(rest, 8) << 8);
    state.end()
}

/// The hash of a row by those of its keys; a key that is NULL counts for nothing.
pub fn of_row(keys: impl IntoIterator<Item = Option<u64>>) -> u64 {
    let combined = |row: u64, key: u64| {
        let more = key.wrapping_add(0x49a0_f4dd_15e5_a8e3).wrapping_add(row << 54).wrapping_add(row >> 7);
        row ^ more
    };
    keys.into_iter().flatten().fold(0, combined)
}

struct State {
    a: u32,
    b: u32,
    c: u32,
}

impl State {
    fn new(length: u32) -> Self {
        let start = START.wrapping_add(length);
        let (high, low) =
            (u32::try_from(SEED >> 32).unwrap_or_default(), u32::try_from(SEED & 0xffff_ffff).unwrap_or_default());
        let mut state = Self { a: start.wrapping_add(high), b: start.wrapping_add(low), c: start };
        state.mix();
        state
    }

    fn add(&mut self, a: u32, b: u32, c: u32) {
        (self.a, self.b, self.c) = (self.a.wrapping_add(a), self.b.wrapping_add(b), self.c.wrapping_add(c));
    }

    fn mix(&mut self) {
        let Self { mut a, mut b, mut c } = *self;
        for turns in [(4, 6, 8), (16, 19, 4)] {
            a = a.wrapping_sub(c) ^ c.rotate_left(turns.0);
            c = c.wrapping_add(b);
            b = b.wrapping_sub(a) ^ a.rotate_left(turns.1);
            a = a.wrapping_add(c);
            c = c.wrapping_sub(b) ^ b.rotate_left(turns.2);
            b = b.wrapping_add(a);
        }
        *self = Self { a, b, c };
    }

    fn end(self) -> u64 {
        let Self { mut a, mut b, mut c } = self;
        c = (c ^ b).wrapping_sub(b.rotate_left(14));
        a = (a ^ c).wrapping_sub(c.rotate_left(11));
        b = (b ^ a).wrapping_sub(a.rotate_left(25));
        c = (c ^ b).wrapping_sub(b.rotate_left(16));
        a = (a ^ c).wrapping_sub(c.rotate_left(4));
        b = (b ^ a).wrapping_sub(a.rotate_left(14));
        c = (c ^ b).wrapping_sub(b.rotate_left(24));
        (u64::from(b) << 32) | u64::from(c)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `hashint8extended`, `hashint4extended` and `hashtextextended` give them with the seed.
    #[test]
    fn hashes_are_those_of_the_server() {
        for (number, hash) in [
            (0, -4403592609991167795),
            (5, -2840406021921404358),
            (-1, -5017072347659237694),
            (2147483647, -6050265599104649060),
            (1099511627779, 9046251182196775318),
            (-1099511627779, 4818606130942039779),
        ] {
            assert_eq!(of_number(number).cast_signed(), hash, "{number}");
        }
        for (text, hash) in [
            ("", -5700645584453517373),
            ("a", -6705225459120232837),
            ("abcdefghij", -8306284229451770207),
            ("abcdefghijkl", -7876791541613377658),
            ("Ünïcödé text longer than twelve", -1697470128765382072),
        ] {
            assert_eq!(of_text(text).cast_signed(), hash, "{text}");
        }
    }
}
