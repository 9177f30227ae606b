import { fold, type Fact } from '../../activate/attendance.ts';
import type { Instance, Skip } from '../../core/people.ts';
import type { RefusedRow } from '../../core/reader.ts';
import type { App } from '../app.ts';
import { hostsOf, meetingOf, peopleOf } from './meetings.ts';

/** Everybody of one meeting: who came and for how long, who registered and did not. */
export interface AttendanceOfMeeting {
  meeting: Instance;
  /** One a person: those who came first, the longest first. */
  facts: Fact[];
  /** Parts that could not be read, and rows that were not as documented. */
  skips: Skip[];
  refused: RefusedRow[];
}

/**
 * Who attended one meeting or webinar, read now and folded as an activation folds it.
 * @param id of the instance, or a meeting number for its latest instance
 */
export async function attendanceOf(app: App, connection: string, id: string): Promise<AttendanceOfMeeting> {
  const { session, people } = await peopleOf(app, connection);
  const meeting = await meetingOf(app, connection, id);
  const hosts = await hostsOf(session, people);
  const accounts = new Map(hosts.map((host) => [host.id, host.email]));
  const read = await people.people(session, meeting, { sources: false });
  const facts = fold(meeting, read, accounts, session.now()).toSorted(
    (a, b) => b.seconds - a.seconds || a.name.localeCompare(b.name) || a.person.localeCompare(b.person),
  );
  return { meeting, facts, skips: read.skips, refused: read.refused };
}
