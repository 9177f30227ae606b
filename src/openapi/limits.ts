/**
 * What an import may cost. A document beyond these is refused, or the part of it that is beyond them is, always with a
 * fault that names the limit. There is no limit on the number of operations.
 */
export const LIMITS = {
  /** Characters of a document. The largest public one that we know, GitHub's without references, has 76 million. */
  text: 64 * 1024 * 1024,
  /** Characters of a document in YAML, whose tree takes some 100 times the memory of its text. */
  yaml: 16 * 1024 * 1024,
  /** Levels that a document may be nested before its parts are looked at any more. Real ones have fewer than 50. */
  depth: 400,
  /** Levels of one schema, references not counted. */
  schemaDepth: 100,
  /** Values that one anchor of YAML may grow to: what stops a "billion laughs". */
  aliases: 10_000,
  /** Values that the aliases of YAML may stand for altogether. */
  aliased: 5_000_000,
  /** Mistakes of YAML's syntax that the rest is read without, and characters of a text in which that is tried. */
  mends: 20,
  mended: 4 * 1024 * 1024,
  /** Faults that are listed; the others are counted. */
  faults: 1000,
  /** Characters of texts for people. */
  title: 120,
  description: 4000,
  /** Characters of an action's name. */
  name: 60,
  /** Characters of a pattern that samples are made for. */
  pattern: 1000,
} as const;
