//! The revisions of the protocol.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A revision of the protocol, named by its date; later revisions are greater.
///
/// On the wire a string: `"2026-07-28"`.
///
/// Spec: 2026-07-28, basic/versioning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ProtocolVersion {
    /// 2024-11-05, legacy.
    #[serde(rename = "2024-11-05")]
    V2024_11_05,
    /// 2025-03-26, legacy; the only one with batches.
    #[serde(rename = "2025-03-26")]
    V2025_03_26,
    /// 2025-06-18, legacy.
    #[serde(rename = "2025-06-18")]
    V2025_06_18,
    /// 2025-11-25, the last legacy one.
    #[serde(rename = "2025-11-25")]
    V2025_11_25,
    /// 2026-07-28, the first modern one.
    #[serde(rename = "2026-07-28")]
    V2026_07_28,
}

impl ProtocolVersion {
    /// Every revision, newest first: the order in which a server lists them.
    pub const ALL: [Self; 5] = [
        Self::V2026_07_28,
        Self::V2025_11_25,
        Self::V2025_06_18,
        Self::V2025_03_26,
        Self::V2024_11_05,
    ];

    /// The revisions that open with `initialize`, newest first.
    pub const LEGACY: [Self; 4] =
        [Self::V2025_11_25, Self::V2025_06_18, Self::V2025_03_26, Self::V2024_11_05];

    /// Its date as it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2024_11_05 => "2024-11-05",
            Self::V2025_03_26 => "2025-03-26",
            Self::V2025_06_18 => "2025-06-18",
            Self::V2025_11_25 => "2025-11-25",
            Self::V2026_07_28 => "2026-07-28",
        }
    }

    /// Finds the revision with exactly this date; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.as_str() == text)
    }
}

impl fmt::Display for ProtocolVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn versions_are_listed_newest_first() {
        assert!(ProtocolVersion::ALL.is_sorted_by(|newer, older| newer > older));
        assert_eq!(ProtocolVersion::ALL[1..], ProtocolVersion::LEGACY);
    }

    #[test]
    fn versions_are_recognised_by_their_exact_text() {
        for version in ProtocolVersion::ALL {
            assert_eq!(ProtocolVersion::parse(version.as_str()), Some(version));
            assert_eq!(json!(version), json!(version.as_str()));
        }
        for text in ["", "2026-07-29", "2026-7-28", " 2026-07-28", "2026-07-28 ", "DRAFT"] {
            assert_eq!(ProtocolVersion::parse(text), None, "{text:?}");
        }
    }
}
