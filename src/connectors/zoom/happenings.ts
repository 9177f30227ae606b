import type { Happening, Instance, PushedRegistration, PushedStay } from '../../core/people.ts';
import type { ZoomEventName, ZoomEvents } from './events/index.ts';

type Told = { [Name in ZoomEventName]?: (event: ZoomEvents[Name]) => Happening | undefined };

/** What Zoom's events tell of people (Zoom FACTS E). */
const told = {
  'meeting.started': (event) => held('started', 'meeting', event),
  'meeting.ended': (event) => held('ended', 'meeting', event),
  'webinar.started': (event) => held('started', 'webinar', event),
  // The end of a rehearsal is the end of nothing: only hosts and panelists were there.
  'webinar.ended': (event) =>
    event.payload.object.practice_session ? undefined : held('ended', 'webinar', event),

  'meeting.participant_joined': (event) => joined('meeting', event),
  'meeting.participant_left': (event) => left('meeting', event),
  'webinar.participant_joined': (event) => joined('webinar', event),
  'webinar.participant_left': (event) => left('webinar', event),

  'meeting.registration_created': (event) => registered('meeting', event),
  'meeting.registration_approved': (event) => registered('meeting', event, 'approved'),
  'meeting.registration_denied': (event) => registered('meeting', event, 'denied'),
  'meeting.registration_cancelled': (event) => registered('meeting', event, 'cancelled'),
  'webinar.registration_created': (event) => registered('webinar', event),
  'webinar.registration_approved': (event) => registered('webinar', event, 'approved'),
  'webinar.registration_denied': (event) => registered('webinar', event, 'denied'),
  'webinar.registration_cancelled': (event) => registered('webinar', event, 'cancelled'),

  'recording.completed': recorded,
  'recording.transcript_completed': recorded,

  'user.created': (event) => account(event, false),
  'user.activated': (event) => account(event, false),
  'user.updated': (event) => account(event, false),
  'user.invitation_accepted': (event) => account(event, false),
  'user.deleted': (event) => account(event, true),
  'user.disassociated': (event) => account(event, true),
} satisfies Told;

// An event goes to the line of its own name only, so each gets what it can read.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const pushes = told as unknown as Readonly<Record<string, (event: unknown) => Happening | undefined>>;

type Kind = Instance['kind'];

interface About {
  event_ts?: number | undefined;
  payload: { object: Meeting };
}

interface Meeting {
  id: string;
  uuid: string;
  host_id?: string | undefined;
  topic?: string | undefined;
  type?: number | undefined;
  start_time?: string | undefined;
  end_time?: string | undefined;
  host_email?: string | undefined;
}

function held(what: 'started' | 'ended', kind: Kind, event: About): Happening {
  const found = place(kind, event);
  if (what === 'started' || found.instance.endedAt) return { kind: what, ...found };
  const endedAt = timeOf(event);
  return { kind: what, ...found, instance: { ...found.instance, ...(endedAt ? { endedAt } : {}) } };
}

function place(kind: Kind, event: About): { instance: Instance; hostId?: string } {
  const { id, uuid, host_id, host_email, topic = '', start_time, end_time } = event.payload.object;
  return {
    instance: {
      id: uuid,
      series: id,
      kind,
      topic,
      startedAt: start_time ?? timeOf(event) ?? new Date(0).toISOString(),
      ...(end_time ? { endedAt: end_time } : {}),
      ...(host_email ? { hostEmail: host_email.toLowerCase() } : {}),
    },
    ...(host_id ? { hostId: host_id } : {}),
  };
}

/** Without milliseconds, as Zoom writes all its times. */
function timeOf({ event_ts }: { event_ts?: number | undefined }): string | undefined {
  return event_ts === undefined ? undefined : `${new Date(event_ts).toISOString().slice(0, 19)}Z`;
}

interface Person {
  user_id?: string | undefined;
  user_name?: string | undefined;
  id?: string | undefined;
  email?: string | undefined;
  registrant_id?: string | undefined;
}

type Joined = {
  payload: {
    object: { participant: Person & { join_time?: string | undefined; date_time?: string | undefined } };
  };
};
type Left = { payload: { object: { participant: Person & { leave_time?: string | undefined } } } };

/** The time has another name for meetings than for webinars (trap 6). */
function joined(kind: Kind, event: About & Joined): Happening | undefined {
  const { participant } = event.payload.object;
  const joinedAt = participant.join_time ?? participant.date_time ?? timeOf(event);
  return stay(kind, event, participant, joinedAt ? { joinedAt } : {});
}

function left(kind: Kind, event: About & Left): Happening | undefined {
  const { participant } = event.payload.object;
  const leftAt = participant.leave_time ?? timeOf(event);
  return stay(kind, event, participant, leftAt ? { leftAt } : {});
}

function stay(
  kind: Kind,
  event: About,
  person: Person,
  times: Pick<PushedStay, 'joinedAt' | 'leftAt'>,
): Happening | undefined {
  const { user_id: userId, user_name: name = '', id, email, registrant_id } = person;
  if (!userId) return undefined;
  const who = {
    ...(registrant_id ? { registrant: registrant_id } : {}),
    ...(email ? { email: email.toLowerCase() } : {}),
    ...(id ? { account: id } : {}),
  };
  return { kind: 'stay', ...place(kind, event), stay: { userId, name, ...who, ...times } };
}

interface Registration {
  event_ts?: number | undefined;
  payload: {
    object: Omit<Meeting, 'uuid'> & {
      occurrences?: readonly { start_time?: string | undefined }[] | undefined;
      registrant: {
        email?: string | undefined;
        first_name?: string | undefined;
        last_name?: string | undefined;
        status?: string | undefined;
        join_url?: string | undefined;
        custom_questions?: readonly { title?: string | undefined; value?: string | undefined }[] | undefined;
        tracking_source?: { source_name?: string | undefined } | undefined;
      };
    };
  };
}

const RANKS = { pending: 0, approved: 1, denied: 2, cancelled: 3 } as const;

function registered(
  kind: Kind,
  event: Registration,
  decided?: PushedRegistration['status'],
): Happening | undefined {
  const { id, topic = '', start_time, occurrences = [], registrant } = event.payload.object;
  if (!registrant.email) return undefined;
  const startsAt = occurrences.find((one) => one.start_time)?.start_time ?? start_time;
  const source = registrant.tracking_source?.source_name;
  const status = decided ?? statusOf(registrant);
  return {
    kind: 'registration',
    registration: {
      series: id,
      kind,
      topic,
      ...(startsAt ? { startsAt } : {}),
      email: registrant.email.toLowerCase(),
      firstName: registrant.first_name ?? '',
      lastName: registrant.last_name ?? '',
      status,
      ...(source ? { source } : {}),
      answers: Object.fromEntries(
        (registrant.custom_questions ?? []).flatMap(({ title, value }) =>
          title ? [[title, value ?? '']] : [],
        ),
      ),
      rank: RANKS[status],
    },
  };
}

/** A new registration says whether it waits for approval; the link to join is only given to those who do not. */
function statusOf({
  status,
  join_url,
}: Registration['payload']['object']['registrant']): 'approved' | 'pending' | 'denied' {
  if (status === 'approved' || status === 'pending' || status === 'denied') return status;
  return join_url ? 'approved' : 'pending';
}

const WEBINAR_TYPES = new Set([5, 6, 9]);

type Recorded = {
  payload: {
    object: Pick<ZoomEvents['recording.completed']['payload']['object'], 'share_url' | 'recording_files'>;
  };
};

function recorded(event: About & Recorded): Happening {
  const { type, share_url, recording_files = [] } = event.payload.object;
  return {
    kind: 'recording',
    ...place(type !== undefined && WEBINAR_TYPES.has(type) ? 'webinar' : 'meeting', event),
    ...(share_url ? { url: share_url } : {}),
    files: recording_files.flatMap((file) =>
      file.id
        ? [
            {
              id: file.id,
              type: file.file_type ?? '',
              status: file.status ?? '',
              ...(file.recording_start ? { startedAt: file.recording_start } : {}),
              ...(file.recording_end ? { endedAt: file.recording_end } : {}),
              ...(file.file_size === undefined ? {} : { bytes: file.file_size }),
            },
          ]
        : [],
    ),
  };
}

interface User {
  payload: { object: { id?: string | undefined; email?: string | undefined } };
}

function account({ payload }: User, gone: boolean): Happening | undefined {
  const { id, email } = payload.object;
  return id && email ? { kind: 'account', id, email: email.toLowerCase(), gone } : undefined;
}
