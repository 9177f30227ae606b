/** What the streams of an account should have brought, by the truth tables of the sandbox. */
import assert from 'node:assert/strict';
import type { Value } from '../../src/core/destination.ts';
import { textOf } from './text.ts';
import type { Copy } from './places.ts';

type Row = Readonly<Record<string, unknown>>;

/** How the rows of a stream are found in the truth. */
interface Check {
  /** Table of the truth; the name of the stream where nothing else is said. */
  truth?: string;
  /** Columns of ours, each with its member of the truth; `key` are those that tell rows apart there. */
  columns: Readonly<Record<string, string>>;
  /** Rows of the truth that a list has. */
  where?: (row: Row) => boolean;
  /** Rows of ours that the truth knows. */
  ours?: (row: Row) => boolean;
}

/** Columns that have the same name on both sides. */
const same = (names: string): Record<string, string> =>
  Object.fromEntries(names.split(' ').map((name) => [name, name]));

const held = { uuid: 'uuid', id: 'id', topic: 'topic', start_time: 'start_time', host_id: 'host_id' };
const person = same('id email first_name last_name create_time');
const stay = same('user_id name user_email registrant_id join_time leave_time duration status');
const vote = same('polling_id question answer email name date_time');

export const CHECKS: Readonly<Record<string, Check>> = {
  // The seed's thirteen.
  users: { columns: same('email id first_name last_name status type') },
  meetings: { truth: 'listed_meetings', columns: same('id host_id topic type duration created_at') },
  meeting_registrants: { columns: { meeting_id: 'meeting_id', status: 'status', ...person } },
  meeting_polls: { columns: same('meeting_id id title anonymous') },
  webinars: { truth: 'listed_webinars', columns: same('id host_id topic type duration created_at') },
  webinar_registrants: { columns: { webinar_id: 'webinar_id', status: 'status', ...person } },
  webinar_panelists: { columns: same('webinar_id id name email') },
  webinar_polls: { columns: same('webinar_id id title anonymous') },
  webinar_absentees: { columns: { webinar_uuid: 'uuid', webinar_id: 'webinar_id', ...person } },
  webinar_tracking_sources: { columns: same('webinar_id source_name registration_count') },
  report_meetings: {
    columns: {
      ...held,
      ...same('type end_time user_email duration participants_count total_minutes has_recording'),
    },
  },
  report_meeting_participants: { columns: { meeting_uuid: 'uuid', meeting_id: 'id', ...stay } },
  channels: { columns: same('id name type'), where: (row) => row['public'] === true },
  // Beyond them.
  history_meetings: {
    columns: {
      meeting_uuid: 'uuid',
      meeting_id: 'id',
      ...same('topic type host_email start_time end_time duration participants total_participant_minutes'),
    },
  },
  past_meetings: { columns: { ...held, ...same('type duration') } },
  past_meeting_participants: {
    truth: 'report_meeting_participants',
    columns: { meeting_uuid: 'uuid', meeting_id: 'id', ...stay, id: 'past_id' },
  },
  meeting_poll_results: { columns: { meeting_uuid: 'uuid', meeting_id: 'id', ...vote } },
  webinar_instances: { columns: same('uuid start_time') },
  webinar_poll_results: { columns: { webinar_uuid: 'uuid', webinar_id: 'id', ...vote } },
  report_webinar_participants: {
    truth: 'webinar_participants',
    columns: { webinar_uuid: 'uuid', webinar_id: 'id', ...stay },
  },
  recording_files: {
    columns: { meeting_uuid: 'uuid', ...same('id file_type file_extension recording_type') },
  },
  groups: { columns: same('id name total_members') },
  group_members: { columns: same('group_id id email') },
  // Those of Zoom IQ have neither members nor a line in the truth.
  roles: { columns: same('id name total_members'), ours: ({ type }) => type !== 'iq' },
  role_members: { columns: same('role_id id email') },
  user_channels: { columns: same('user_id id name') },
  contacts: { columns: same('id email') },
};

const yes = (): boolean => true;

/** The streams that are compared. */
export const STREAMS = Object.keys(CHECKS);
export const SEED_STREAMS = STREAMS.slice(0, 13);

/** Compares the tables of a place with the truth, row by row; in `of` stands what is there. */
export async function sameAsTruth(
  of: ReadonlyMap<string, Copy>,
  truth: (table: string) => Promise<Row[]>,
  streams: readonly string[] = STREAMS,
): Promise<number> {
  let compared = 0;
  for (const stream of streams) {
    const { truth: table = stream, columns, where = yes, ours = yes } = CHECKS[stream] as Check;
    const should = (await truth(table)).filter(where).map((row) => line(row, Object.values(columns)));
    const copy = of.get(stream);
    assert.ok(copy, `${stream} is there`);
    const there = copy.rows
      .filter((row) => (row['_trunkline_deleted_at'] ?? null) === null && ours(row))
      .map((row) => line(row, Object.keys(columns)));
    assertSameLines(there, should, stream);
    const keys = copy.rows.map((row) => JSON.stringify(copy.table.key.map((name) => String(row[name]))));
    assert.equal(new Set(keys).size, keys.length, `${stream}: every key is there once`);
    compared += should.length;
  }
  return compared;
}

/** Two lists hold the same lines, each as often; says which line is only in one of them. */
export function assertSameLines(there: readonly string[], should: readonly string[], what: string): void {
  const [a, b] = [there.toSorted(), should.toSorted()];
  const at = a.findIndex((one, i) => one !== b[i]);
  if (at < 0 && a.length === b.length) return;
  const first = at < 0 ? a.length : at;
  assert.fail(
    `${what}: ${a.length} rows for ${b.length}; the first that differ, of what is there and what should be:\n` +
      `${a[first] ?? 'none'}\n${b[first] ?? 'none'}`,
  );
}

/** Some values of a row as one text: numbers and ids alike, empty the same as absent. */
function line(row: Row, names: readonly string[]): string {
  return JSON.stringify(names.map((name) => plain(row[name])));
}

function plain(value: unknown): Value {
  const text = textOf(value);
  if (text === '') return null;
  return /^\d{4}-\d\d-\d\dT/.test(text) ? new Date(text).toISOString() : text;
}
