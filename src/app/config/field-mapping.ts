import type { FieldMapping } from './config.ts';
import { pathText } from './document.ts';
import type { ConfigDocument, Path } from './document.ts';
import { nearest } from './nearest.ts';
import { problem, show } from './problem.ts';
import type { Problem } from './problem.ts';

/** Fields that can fill an attribute; besides them, `answers.<question>` of a registration form. */
export const KNOWN_FIELDS = [
  'email',
  'name',
  'first_name',
  'last_name',
  'join_time',
  'leave_time',
  'duration', // minutes
  'minutes',
  'seconds',
  'percent',
  'joins',
  'webinar_title',
  'meeting_title',
  'title',
  'meeting_id',
  'host_email',
  'attendance_status',
  'registration_source',
  'registration_time',
] as const;

/** The mapping when the file has none. */
export const DEFAULT_FIELD_MAPPING: readonly FieldMapping[] = [
  { from: 'email', to: 'email' },
  { from: 'name', to: 'FIRSTNAME' },
  { from: 'join_time', to: 'MEETING_JOIN_DATE' },
  { from: 'duration', to: 'MEETING_DURATION' },
  { from: 'webinar_title', to: 'WEBINAR_NAME' },
  { from: 'attendance_status', to: 'ATTENDANCE_STATUS' },
  { from: 'registration_source', to: 'UTM_SOURCE' },
];

// Brevo's own names are upper case; its exact rule is not published, this one is inside it.
const ATTRIBUTE = /^[A-Z][A-Z0-9_]{0,49}$/;
const UNBLOCKS =
  'the address identifies the contact; Brevo lifts a block when the attribute EMAIL is written';

/** Reads the mapping at a path of the file, in its order, and what is wrong with it. */
export function readFieldMapping(
  document: ConfigDocument,
  path: Path,
): { mapping: FieldMapping[]; problems: Problem[] } {
  const value = document.get(path);
  const problems: Problem[] = [];
  const mapping: FieldMapping[] = [];
  const entries = value && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : [];
  for (const [from, to] of entries as [string, unknown][]) {
    const spot = document.spot([...path, from]);
    if (!spot || spot.broken || typeof to !== 'string') continue;
    const at = { source: document.file, path: pathText([...path, from]) };
    const got = spot.template === undefined ? show(to) : `the value of ${show(spot.template)}`;
    if (!isKnown(from)) {
      problems.push(unknownField(at, from, spot.key));
    } else {
      const refusal = refuse(from, to, mapping);
      if (refusal) problems.push(problem({ ...at, position: spot.value, got, ...refusal }));
    }
    mapping.push({ from, to, line: spot.key.line });
  }
  return { mapping, problems };
}

function isKnown(from: string): boolean {
  return (KNOWN_FIELDS as readonly string[]).includes(from) || /^answers\.\s*\S/.test(from);
}

function unknownField(
  at: { source: string; path: string },
  from: string,
  position: { line: number; column: number },
): Problem {
  const near = from.startsWith('answers') ? 'answers.<question>' : (nearest(from, KNOWN_FIELDS) ?? 'name');
  const example =
    DEFAULT_FIELD_MAPPING.find((one) => one.from === near)?.to ??
    near.replace('answers.<question>', 'answer').toUpperCase();
  return problem({
    ...at,
    position,
    expected: near,
    got: show(from),
    reason: 'no such field; this is the nearest',
    example: `${near === 'answers.<question>' ? 'answers.Company' : near}: ${example}`,
  });
}

function refuse(
  from: string,
  to: string,
  earlier: readonly FieldMapping[],
): { expected: string; example: string; reason?: string } | undefined {
  if (from === 'email') {
    if (to === 'email') return undefined;
    return { expected: 'email', reason: UNBLOCKS, example: 'email: email' };
  }
  const example =
    DEFAULT_FIELD_MAPPING.find((one) => one.from === from)?.to ?? from.toUpperCase().replaceAll(/\W+/g, '_');
  if (to.toUpperCase() === 'EMAIL') {
    return { expected: 'another attribute', reason: UNBLOCKS, example: `${from}: ${example}` };
  }
  if (!ATTRIBUTE.test(to)) {
    const rule = 'up to 50 of A-Z, 0-9 and _, starting with a letter';
    return {
      expected: 'the name of a Brevo attribute',
      reason: rule,
      example: `${from}: ${suggest(to) ?? example}`,
    };
  }
  const taken = earlier.find((one) => one.to === to);
  if (!taken) return undefined;
  return {
    expected: 'one field for each attribute',
    reason: `${taken.from} on line ${taken.line} already fills it`,
    example: `${from}: ${to.length > 48 ? example : `${to}_2`}`,
  };
}

/** The name that was probably meant: `Meeting duration` is `MEETING_DURATION`. */
function suggest(to: string): string | undefined {
  const name = to
    .trim()
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, '_');
  return ATTRIBUTE.test(name) ? name : undefined;
}
