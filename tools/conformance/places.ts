import { randomUUID } from 'node:crypto';
import type { Operation } from './openapi.ts';

type Row = Readonly<Record<string, unknown>>;

/** What the sandbox holds, by table. */
export type Truth = (table: string) => Promise<readonly Row[]>;

/** Where real values of a field come from. The only thing here that knows single operations; first line that fits. */
interface Source {
  /** Start of the official path; without it, every path. */
  path?: RegExp;
  field: string;
  /** Where the rows for `values` come from; without it there are none. */
  table?: string;
  values(rows: readonly Row[]): unknown[];
  /** Values that nothing has. */
  unknown: readonly unknown[];
}

const column =
  (name: string, where: Row = {}) =>
  (rows: readonly Row[]): unknown[] => [
    ...new Set(
      rows
        .filter((row) => Object.entries(where).every(([key, value]) => row[key] === value))
        .map((row) => row[name])
        .filter((value) => value !== null && value !== undefined && value !== ''),
    ),
  ];

/** A user who has not followed the invitation has no id yet. */
const userKeys = (rows: readonly Row[]): unknown[] => rows.map(({ id, email }) => id ?? email);

let made = 0;
/** For fields that take every value only once. */
const fresh = (make: (n: number) => string) => (): unknown[] => [make(++made)];

const NO_NUMBER = '99999999999';
const NO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA==';
const meetings = { table: 'meetings', unknown: [NO_NUMBER] };
const webinars = { table: 'webinars', unknown: [NO_NUMBER] };
const past = { table: 'meetings', unknown: [NO_UUID, NO_NUMBER] };

/** The last ones first: what is deleted must not be what the others need. */
const lastFirst = (values: Source['values']) => (rows: readonly Row[]) => values(rows).toReversed();
const filesOf = (rows: readonly Row[]): unknown[] => (rows.at(-1)?.['files'] ?? []) as unknown[];
/** The first user is the owner of the account, who cannot be deleted. */
const ownerLast = (rows: readonly Row[]): unknown[] => userKeys([...rows.slice(1), ...rows.slice(0, 1)]);
const people = { table: 'users', unknown: ['nobody@example.com'] };

/** Zoom: ids by what the path is about. */
const ZOOM: readonly Source[] = [
  { ...people, field: 'userId', path: /^\/users\/\{userId\}$/, values: ownerLast },
  { ...people, field: 'userId', values: userKeys },
  { ...people, field: 'transfer_email', values: column('email', { status: 'active' }) },
  {
    ...people,
    field: 'to_contact',
    values: (rows) => column('email', { status: 'active' })(rows).slice(1),
  },
  { field: 'recordingId', table: 'recordings', values: filesOf, unknown: ['nothing'] },
  {
    ...past,
    field: 'meetingId',
    path: /\/recordings\/\{recordingId\}$/,
    table: 'recordings',
    values: lastFirst(column('instance')),
  },
  { ...past, field: 'meetingId', path: /recordings/, table: 'recordings', values: column('instance') },
  { ...past, field: 'meetingId', path: /meeting_summary$/, values: column('instance', { kind: 'meeting' }) },
  {
    ...meetings,
    field: 'meetingId',
    path: /\/registrants/,
    table: 'registrants',
    values: column('series', { kind: 'meeting' }),
  },
  {
    field: 'registrantId',
    table: 'registrants',
    values: column('registrant_id', { kind: 'meeting' }),
    unknown: ['nobody'],
  },
  {
    ...meetings,
    field: 'meetingId',
    path: /^\/meetings\/\{meetingId\}$/,
    values: lastFirst(column('series', { kind: 'meeting' })),
  },
  { ...meetings, field: 'meetingId', path: /instances$/, values: column('series', { kind: 'meeting' }) },
  {
    ...past,
    field: 'meetingId',
    path: /^\/(past_meetings|report)/,
    values: column('instance', { kind: 'meeting' }),
  },
  { ...meetings, field: 'meetingId', values: column('series', { kind: 'meeting' }) },
  { ...webinars, field: 'webinarId', path: /instances$/, values: column('series') },
  {
    ...past,
    field: 'webinarId',
    path: /^\/(past_webinars|report)/,
    values: column('instance', { kind: 'webinar' }),
  },
  { ...webinars, field: 'webinarId', values: column('series') },
];

/** Brevo: ids by the name of the field. */
const BREVO: readonly Source[] = [
  {
    field: 'email',
    path: /contacts/,
    table: 'contacts',
    values: column('email'),
    unknown: ['nobody@example.com'],
  },
  { field: 'email_id', table: 'contacts', values: column('email'), unknown: ['nobody@example.com'] },
  { field: 'contact_id', table: 'contacts', values: column('id'), unknown: [999_999] },
  {
    field: 'listIds',
    table: 'lists',
    values: (rows) => column('id')(rows).map((id) => [id]),
    unknown: [[9999]],
  },
  { field: 'folderId', table: 'folders', values: column('id'), unknown: [9999] },
  { field: 'name', path: /attributes/, values: fresh((n) => `CONFORMANCE_${n}`), unknown: [] },
  { field: 'idempotencyKey', values: fresh(() => randomUUID()), unknown: [] },
  { field: 'processId', table: 'processes', values: column('id'), unknown: [999_999] },
];

export const SOURCES: Readonly<Record<string, readonly Source[]>> = { zoom: ZOOM, brevo: BREVO };

/** Real values of a field, or values that nothing has; undefined when the field names nothing. */
export async function valuesFor(
  system: string,
  operation: Operation,
  field: string,
  truth: Truth,
  kind: 'real' | 'unknown',
): Promise<unknown[] | undefined> {
  const path = `/${operation.parts.join('/')}`;
  const source = SOURCES[system]?.find((one) => one.field === field && (one.path?.test(path) ?? true));
  if (!source) return undefined;
  return kind === 'unknown'
    ? [...source.unknown]
    : source.values(source.table === undefined ? [] : await truth(source.table));
}

const DAY = 86_400_000;

/** Spans of days that both ends of a range are set to: one with rows in it, one that is over before any. */
export function windows(now: number): { from: string; to: string }[] {
  const day = (back: number): string => new Date(now - back * DAY).toISOString().slice(0, 10);
  return [
    { from: day(28), to: day(0) },
    { from: day(170), to: day(150) },
  ];
}
