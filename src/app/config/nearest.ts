/** The candidate with the fewest edits to a word; undefined when there are no candidates. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  return rank(word, candidates)[0]?.candidate;
}

/** The nearest candidate, if it is near enough to be a slip of the pen. */
export function slip(word: string, candidates: readonly string[]): string | undefined {
  const best = rank(word, candidates)[0];
  return best && best.edits <= Math.max(2, Math.floor(word.length / 3)) ? best.candidate : undefined;
}

/** The candidates that are near enough to be meant, nearest first: by spelling, or by a word that they share. */
export function nearestFew(word: string, candidates: readonly string[], most: number): string[] {
  const words = new Set(wordsOf(word));
  const shared = (candidate: string): number => wordsOf(candidate).filter((one) => words.has(one)).length;
  return rank(word, candidates)
    .filter(
      ({ candidate, edits: far }) => far <= Math.max(2, Math.floor(word.length / 3)) || shared(candidate) > 0,
    )
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

// `pastMeetings.get` is `past`, `meeting`, `get`.
function wordsOf(text: string): string[] {
  return text
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map((one) => one.replace(/s$/, ''))
    .filter((one) => one.length > 1);
}

function rank(word: string, candidates: readonly string[]): { candidate: string; edits: number }[] {
  const plain = fold(word);
  const starts = (candidate: string): boolean => candidate.startsWith(plain.slice(0, 1));
  return candidates
    .map((candidate) => ({ candidate, edits: edits(plain, fold(candidate)) }))
    .toSorted((a, b) => a.edits - b.edits || Number(starts(b.candidate)) - Number(starts(a.candidate)));
}

// `accountId` and `account-id` are `account_id`.
function fold(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** Levenshtein distance, one row at a time. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
