import type { Check } from './finding.ts';

/** A difference that is the document's own fault, or that a fact of FACTS.md decides against the document. */
export interface KnownDeviation {
  check: Check;
  /** As the finding has it; `*` stands for any text. */
  operation: string;
  member: string;
  expected?: string;
  /** Why it stays, with the fact that says so. */
  reason: string;
}

/** Whoever takes the cause away takes the line away too: a line that nothing meets fails the run. */
export const KNOWN: readonly KnownDeviation[] = [];
