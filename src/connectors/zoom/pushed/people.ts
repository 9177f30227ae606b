/** Rows of people who come, go and register. */
import type { PushedRow, StreamPushes } from '../../../core/pushed-rows.ts';
import { fromEvents, pick, timeOf, told, type Said } from './from-events.ts';

type Kind = 'meeting' | 'webinar';
type Joined = Said<'meeting.participant_joined'>;
type Left = Said<'meeting.participant_left'>;
type Registration = Said<'meeting.registration_created'>;

/**
 * Stays. An event of leaving does not say when its person came; `user_id` is new at each join, so both belong together
 * by it (Zoom FACTS E, trap 6).
 */
export function staysOf(kind: Kind): StreamPushes {
  const by = [`${kind}_uuid`, 'user_id'];
  const joined = (event: Joined) => stay(kind, event, cameAt(event));
  const left = (event: Left) => stay(kind, event, { leave_time: leftAt(event) });
  return kind === 'meeting'
    ? fromEvents(by, { 'meeting.participant_joined': joined, 'meeting.participant_left': left })
    : fromEvents(by, { 'webinar.participant_joined': joined, 'webinar.participant_left': left });
}

/** The time has another name for meetings than for webinars (trap 6). */
function cameAt(event: Joined) {
  const { participant } = event.payload.object;
  return {
    join_time: participant.join_time ?? participant.date_time ?? timeOf(event),
    status: 'in_meeting',
    name: participant.user_name,
    user_email: participant.email,
    ...pick(participant, 'id registrant_id'),
  };
}

function leftAt(event: Left): string | undefined {
  return event.payload.object.participant.leave_time ?? timeOf(event);
}

function stay(kind: Kind, { payload }: Joined | Left, more: object): PushedRow[] {
  const { uuid, id, participant } = payload.object;
  const { user_id } = participant;
  if (!user_id) return [];
  const row = told({ [`${kind}_uuid`]: uuid, [`${kind}_id`]: id, user_id, ...more });
  return [{ row, within: { [`${kind}Id`]: uuid } }];
}

const OF_REGISTRANT =
  'id email first_name last_name address city state zip country phone org job_title industry no_of_employees' +
  ' purchasing_time_frame role_in_purchase_process comments custom_questions join_url';

/** Registrations. Who cancelled is in none of Zoom's lists. */
export function registrantsOf(kind: Kind): StreamPushes {
  const by = [`${kind}_id`, 'id'];
  const as = (status?: string) => (event: Registration) => registrant(kind, event, status);
  return kind === 'meeting'
    ? fromEvents(by, {
        'meeting.registration_created': as(),
        'meeting.registration_approved': as('approved'),
        'meeting.registration_denied': as('denied'),
        'meeting.registration_cancelled': as('cancelled'),
      })
    : fromEvents(by, {
        'webinar.registration_created': as(),
        'webinar.registration_approved': as('approved'),
        'webinar.registration_denied': as('denied'),
        'webinar.registration_cancelled': as('cancelled'),
      });
}

function registrant(kind: Kind, { payload }: Registration, decided?: string): PushedRow[] {
  const { id: number, registrant: who } = payload.object;
  if (!who.id) return [];
  const key = { [`${kind}_id`]: number, id: who.id };
  if (decided === 'cancelled') return [{ row: key, gone: true }];
  // A new registration says whether it waits for approval; only those who do not have a link to join.
  const status = decided ?? who.status ?? (who.join_url ? 'approved' : 'pending');
  return [
    { row: { ...pick(who, OF_REGISTRANT), ...key, status }, within: { [`${kind}Id`]: number, status } },
  ];
}
