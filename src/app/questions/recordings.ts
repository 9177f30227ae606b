import { sideBySide } from '../../activate/side-by-side.ts';
import type { Action } from '../../core/action.ts';
import { findAction } from '../../core/connector.ts';
import { ConnectorError } from '../../core/errors.ts';
import type { Session } from '../../http/session.ts';
import type { App } from '../app.ts';
import { chosenHosts, peopleOf } from './meetings.ts';

const DAY = 24 * 3600_000;
/** A list of recordings takes at most one month a call (Zoom FACTS G 33); the shortest has 28 days. */
const WINDOW = 28 * DAY;
const WIDTH = 8;

/** Which recordings: of one meeting, or of a range of time. */
export interface RecordingQuery {
  connection: string;
  meeting?: string;
  since: number;
  until: number;
  topic?: string;
  host?: string;
}

/** One recorded meeting with where its files are. */
export interface Recording {
  meeting: string;
  series: string;
  topic: string;
  startedAt: string;
  minutes: number | undefined;
  /** Page for people, who may be asked for a passcode. */
  shareUrl: string | undefined;
  files: { type: string; status: string; bytes: number | undefined; playUrl: string | undefined }[];
}

interface RecordedMeeting {
  uuid: string;
  id: string;
  topic: string;
  start_time: string;
  duration?: number;
  share_url?: string;
  recording_files?: {
    file_type?: string;
    recording_type?: string;
    status?: string;
    file_size?: number;
    play_url?: string;
  }[];
}

/** Recordings with links, newest first. */
export async function findRecordings(app: App, query: RecordingQuery): Promise<Recording[]> {
  const { session, people } = await peopleOf(app, query.connection);
  if (query.meeting !== undefined) {
    const get = actionOf(session, 'recordings.get');
    return [toRecording((await session.call(get, { meetingId: query.meeting })) as RecordedMeeting)];
  }
  const list = actionOf(session, 'recordings.list');
  const found = new Map<string, Recording>();
  await sideBySide(await chosenHosts(session, people, query.host), WIDTH, async (host) => {
    for (const window of windows(query)) {
      for await (const { rows } of session.pages(list, { userId: host.id, ...window })) {
        for (const row of rows as RecordedMeeting[]) found.set(row.uuid, toRecording(row));
      }
    }
  });
  const wanted = query.topic?.toLowerCase() ?? '';
  return [...found.values()]
    .filter(({ startedAt, topic }) => {
      const at = Date.parse(startedAt);
      return at >= query.since && at < query.until && topic.toLowerCase().includes(wanted);
    })
    .toSorted((a, b) => b.startedAt.localeCompare(a.startedAt) || a.meeting.localeCompare(b.meeting));
}

function toRecording(row: RecordedMeeting): Recording {
  return {
    meeting: row.uuid,
    series: row.id,
    topic: row.topic,
    startedAt: row.start_time,
    minutes: row.duration,
    shareUrl: row.share_url,
    files: (row.recording_files ?? []).map((file) => ({
      type: file.recording_type ?? file.file_type ?? 'unknown',
      status: file.status ?? 'completed',
      bytes: file.file_size,
      playUrl: file.play_url,
    })),
  };
}

function windows({ since, until }: RecordingQuery): { from: string; to: string }[] {
  const result: { from: string; to: string }[] = [];
  for (let from = since; from < until; from += WINDOW) {
    result.push({ from: day(from), to: day(Math.min(until - 1, from + WINDOW - DAY)) });
  }
  return result;
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function actionOf({ connector }: Session, name: string): Action {
  const action = findAction(connector, name);
  if (action) return action;
  throw new ConnectorError(`${connector.title} has no recordings`, {
    kind: 'input',
    connector: connector.id,
    hint: 'Ask a connection whose system records meetings.',
  });
}
