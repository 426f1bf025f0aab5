//! The word that an unknown one was probably meant to be.

/// The known word an unknown one was probably meant to be.
pub(super) fn nearest(unknown: &str, known: &[&'static str]) -> Option<&'static str> {
    // A third of the letters may differ: `titel` is `title`, `time` is not `name`.
    let limit = unknown.chars().count().div_ceil(3);
    known
        .iter()
        .map(|word| (distance(unknown, word), *word))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// How many letters must be put in, left out or replaced to make `a` into `b`.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
