import { brief, type Findings } from './finding.ts';
import { asRecord, type Operation } from './openapi.ts';
import type { Place } from './request-check.ts';

/** An answer as it came over the wire. */
export interface SentAnswer {
  status: number;
  text: string;
  /** The rate limit label that the answer says it was charged to. */
  category: string | null;
}

/** Checks an answer of the sandbox against what the document says about that operation and status. */
export function checkAnswer(
  place: Place,
  operation: Operation,
  { status, text, category }: SentAnswer,
  findings: Findings,
): void {
  const report = (check: 'answer' | 'error', member: string, expected: string, got: string): void =>
    findings.add({
      check,
      operation: `${place.system} ${operation.name}`,
      member,
      expected,
      got,
      by: 'sandbox',
    });
  const label = place.reference.facts(operation)?.label;
  if (category !== null && label !== undefined && category.toUpperCase() !== label.toUpperCase()) {
    report('answer', 'rate limit category', label, category);
  }
  const documented = operation.responses.get(String(status));
  const statuses = [...operation.responses.keys()].join(', ');
  if (status >= 400) {
    checkError(place, operation, status, text, (member, expected, got) =>
      report('error', member, expected, got),
    );
    return;
  }
  if (!documented) {
    report('answer', `${status}`, `one of ${statuses}`, `${status}`);
    return;
  }
  if (!documented.schema) {
    if (text !== '' && status === 204) report('answer', `${status}`, 'no body', brief(text));
    return;
  }
  const body = parse(text);
  if (body === undefined) {
    report('answer', `${status}`, 'JSON', brief(text));
    return;
  }
  for (const { member, expected, got } of place.reference.schemas(operation).check(documented.schema, body)) {
    report('answer', member ? `${status} ${member}` : `${status}`, expected, got);
  }
}

function checkError(
  place: Place,
  operation: Operation,
  status: number,
  text: string,
  report: (member: string, expected: string, got: string) => void,
): void {
  const { code: number, message, ...more } = asRecord(parse(text));
  const body = { code: number, message, ...more };
  if (typeof number !== 'number' && typeof number !== 'string') {
    report(`${status}`, 'a JSON body with a code', brief(text));
    return;
  }
  const code = String(number);
  const member = `${status} ${code} ${gist(message)}`;
  const documented = operation.responses.get(String(status));
  if (!documented) {
    const statuses = [...operation.responses.keys()].filter((one) => !one.startsWith('2'));
    report(member, `one of the statuses ${statuses.join(', ') || '(none documented)'}`, brief(body));
    return;
  }
  const codes = place.reference.facts(operation)?.errors.get(String(status)) ?? [];
  if (codes.length > 0 && !codes.includes(code)) {
    report(member, `one of the codes ${[...new Set(codes)].join(', ')}`, brief(body));
  }
  if (!documented.schema) return;
  for (const mismatch of place.reference.schemas(operation).check(documented.schema, body)) {
    report(`${member} ${mismatch.member}`, mismatch.expected, mismatch.got);
  }
}

/** A message without the ids in it, as one code has many meanings. */
function gist(message: unknown): string {
  return typeof message === 'string' ? (/^[^:.[{]*/.exec(message)?.[0].trim() ?? '') : '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Said by the caller, who knows where it stood.
    return undefined;
  }
}
