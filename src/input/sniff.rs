//! Recognises compression by the first bytes of a source. Names and extensions are not used, because they are often
//! wrong: browsers and S3 clients unpack files and keep their names.

/// The number of first bytes from which [`Compression::sniff`] recognises every kind.
pub(super) const MAGIC_LEN: usize = 4;

/// First bytes of a gzip member (RFC 1952, 2.3.1).
pub(super) const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// First bytes of a zstd frame (RFC 8878, 3.1.1: 0xFD2FB528, little-endian).
pub(super) const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// How the bytes of an input are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not packed, by the first bytes.
    None,
    /// gzip, any number of members.
    Gzip,
    /// zstd, any number of frames.
    Zstd,
}

impl Compression {
    /// Recognises the compression by the first [`MAGIC_LEN`] bytes of a source, or by all bytes of a shorter one.
    pub(super) fn sniff(head: &[u8]) -> Self {
        if head.starts_with(&GZIP_MAGIC) {
            Self::Gzip
        } else if head.starts_with(&ZSTD_MAGIC) || is_skippable(head) {
            Self::Zstd
        } else {
            Self::None
        }
    }
}

/// Whether a zstd skippable frame starts here: 0x184D2A50 to 0x184D2A5F, little-endian (RFC 8878,
/// 3.1.2).
pub(super) fn is_skippable(head: &[u8]) -> bool {
    matches!(head, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_magic_number_is_known_and_nothing_shorter_or_near() {
        assert_eq!(Compression::sniff(&[0x1f, 0x8b]), Compression::Gzip);
        assert_eq!(Compression::sniff(&[0x1f, 0x8b, 8, 0]), Compression::Gzip);
        assert_eq!(Compression::sniff(&ZSTD_MAGIC), Compression::Zstd);
        for nibble in 0..16u8 {
            assert_eq!(
                Compression::sniff(&[0x50 | nibble, 0x2a, 0x4d, 0x18]),
                Compression::Zstd
            );
        }
        for plain in [
            &b""[..],
            b"{",
            b"\x1f",
            b"\x28\xb5\x2f",
            b"\x60\x2a\x4d\x18",
            b"\x4f\x2a\x4d\x18",
            b"{\"Ev",
        ] {
            assert_eq!(Compression::sniff(plain), Compression::None, "{plain:?}");
        }
    }
}
