//! Buffers that have grown: kept while they are needed again and again, given back afterwards.

/// A buffer larger than this is given back at once.
const MOST: usize = 4 * 1024 * 1024;

/// Uses in a row that did not need the size: after these nobody will.
const SMALL: u8 = 16;

/// How a buffer was used lately.
#[derive(Debug, Default)]
pub(super) struct Kept {
    small: u8,
}

impl Kept {
    /// Whether a buffer of `size` bytes, of which the last use needed `used`, is given back; up to
    /// `usual` bytes it never is.
    pub(super) fn gives_back(&mut self, size: usize, used: usize, usual: usize) -> bool {
        if size <= usual || used > usual {
            self.small = 0;
            return false;
        }
        self.small += 1;
        let gives_back = size > MOST || self.small > SMALL;
        if gives_back {
            self.small = 0;
        }
        gives_back
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_buffer_is_kept_while_it_is_needed() {
        let mut kept = Kept::default();
        for _ in 0..100 {
            assert!(!kept.gives_back(1 << 20, 1 << 19, 1 << 16));
            assert!(!kept.gives_back(1 << 20, 0, 1 << 16));
        }
        assert!((0..=SMALL).any(|_| kept.gives_back(1 << 20, 0, 1 << 16)));
        assert!(kept.gives_back(MOST + 1, 0, 1 << 16));
    }
}
