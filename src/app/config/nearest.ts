/** The candidate with the fewest edits to a word; undefined when there are no candidates. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  return rank(word, candidates)[0]?.candidate;
}

/** The nearest candidate, if it is near enough to be a slip of the pen. */
export function slip(word: string, candidates: readonly string[]): string | undefined {
  const best = rank(word, candidates)[0];
  return best && best.edits <= Math.max(2, Math.floor(word.length / 3)) ? best.candidate : undefined;
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
