import type { Deviation, Explained } from './finding.ts';
import type { KnownDeviation } from './known-deviations.ts';

/** What one run found. */
export interface Report {
  /** Nothing is left unexplained, and no explanation is stale. */
  ok: boolean;
  /** Whose declarations were compared. */
  streams: number;
  requests: number;
  answers: number;
  samples: number;
  notSimulated: string[];
  deviations: Deviation[];
  known: Explained[];
  stale: KnownDeviation[];
}

/** The report for people. */
export function toText(report: Report): string {
  const { streams, requests, answers, samples, notSimulated, deviations, known, stale } = report;
  const lines = [
    `${streams} streams, ${requests} requests and ${answers} answers checked, ${samples} samples parsed`,
  ];
  if (notSimulated.length > 0) {
    lines.push(`not simulated by the sandbox, so without answers: ${notSimulated.join(', ')}`);
  }
  if (known.length > 0) lines.push('', plural(known.length, 'known deviation'));
  for (const { check, operation, member, reason, times } of known) {
    lines.push(`  ${check}: ${operation}, ${member} (${count(times)})`, `    ${reason}`);
  }
  if (stale.length > 0)
    lines.push('', `${plural(stale.length, 'known deviation')} no longer occurring: to be taken out`);
  for (const { check, operation, member } of stale) lines.push(`  ${check}: ${operation}, ${member}`);
  if (deviations.length > 0) lines.push('', plural(deviations.length, 'deviation'));
  for (const { check, operation, member, expected, got, by, times } of deviations) {
    lines.push(`  ${check}: ${operation}, ${member} (${by}, ${count(times)})`);
    lines.push(`    expected ${expected}`, `    got      ${got}`);
  }
  lines.push('', report.ok ? 'Conforms.' : 'Does not conform.');
  return lines.join('\n');
}

function plural(n: number, noun: string): string {
  return n === 1 ? `1 ${noun}` : `${n} ${noun}s`;
}

function count(times: number): string {
  return times === 1 ? 'once' : `${times} times`;
}
