import { clock, golden, registrant, stay, type Case } from './cast.ts';

const ADA = 'ada@example.com';
const ada = { email: ADA };

const late = { registeredAt: clock('11:00') };
const withReason = { what: 'participants', code: '403', message: 'an HTML page', hint: '' };

const ABSENCE: Case[] = [
  {
    story: 'a registrant who did not come is absent',
    who: { registrants: [registrant(ADA)], segments: [stay('10:00', '11:00', { email: 'bob@example.com' })] },
    facts: {
      [ADA]: { status: 'absent', joins: 0, seconds: 0, percent: 0 },
      'bob@example.com': { status: 'attended' },
    },
  },
  {
    story: 'who only waited in the waiting room is absent if registered',
    who: { registrants: [registrant(ADA)], segments: [stay('10:00', '10:30', { ...ada, waiting: true })] },
    facts: { [ADA]: { status: 'absent', seconds: 0 } },
  },
  {
    story: 'who only waited in the waiting room is nobody if not registered',
    who: { segments: [stay('10:00', '10:30', { ...ada, waiting: true })] },
    facts: {},
  },
  {
    story: 'waiting does not count for whoever was let in',
    who: { segments: [stay('10:00', '10:10', { ...ada, waiting: true }), stay('10:10', '10:40', ada)] },
    facts: { [ADA]: { joins: 1, seconds: 1800, firstJoin: clock('10:10') } },
  },
  {
    story: 'waiting before the start does not make the webinar longer',
    who: { segments: [stay('09:00', '10:00', { ...ada, waiting: true }), stay('10:00', '10:30', ada)] },
    facts: { [ADA]: { percent: 50 } },
  },
  {
    story: 'somebody who waits for approval and attended attended',
    who: { registrants: [registrant(ADA, { status: 'pending' })], segments: [stay('10:00', '10:30', ada)] },
    facts: { [ADA]: { status: 'attended', registrantStatus: 'pending' } },
  },
  {
    story: 'somebody who was denied and attended attended',
    who: {
      registrants: [registrant(ADA, { status: 'denied' })],
      segments: [stay('10:00', '10:30', { registrant: `reg-${ADA}` })],
    },
    facts: { [ADA]: { status: 'attended', registrantStatus: 'denied' } },
  },
  {
    story: 'somebody who waits for approval and did not come is pending, not absent',
    who: { registrants: [registrant(ADA, { status: 'pending' })] },
    facts: { [ADA]: { status: 'pending' } },
  },
  {
    story: 'somebody who was denied and did not come is denied, not absent',
    who: { registrants: [registrant(ADA, { status: 'denied' })], absentees: [ADA] },
    facts: { [ADA]: { status: 'denied' } },
  },
  {
    story: 'who registered after the end was not absent',
    who: { registrants: [registrant(ADA, late)], absentees: [ADA] },
    facts: { [ADA]: { status: 'registered' } },
  },
  {
    story: 'who registered during the webinar and did not come is absent',
    who: { registrants: [registrant(ADA, { registeredAt: clock('10:59:59') })] },
    facts: { [ADA]: { status: 'absent' } },
  },
  {
    story: 'an absentee whose stay shows attended',
    who: { registrants: [registrant(ADA)], segments: [stay('10:00', '10:30', ada)], absentees: [ADA] },
    facts: { [ADA]: { status: 'attended', seconds: 1800 } },
  },
  {
    story: 'who neither shows a stay nor is listed as absent is unclear',
    who: { registrants: [registrant(ADA), registrant('bob@example.com')], absentees: ['bob@example.com'] },
    facts: { [ADA]: { status: 'unclear' }, 'bob@example.com': { status: 'absent' } },
  },
  {
    story: 'without a list of absentees, who does not show is absent',
    who: { registrants: [registrant(ADA)] },
    facts: { [ADA]: { status: 'absent' } },
  },
  {
    story: 'when the stays could not be read, nobody is called absent',
    who: { registrants: [registrant(ADA)], skips: [withReason], incomplete: true },
    facts: { [ADA]: { status: 'unclear' } },
  },
  {
    story: 'when the stays could not be read, the list of absentees still counts',
    who: {
      registrants: [registrant(ADA), registrant('bob@example.com')],
      absentees: ['bob@example.com'],
      skips: [withReason],
      incomplete: true,
    },
    facts: { [ADA]: { status: 'unclear' }, 'bob@example.com': { status: 'absent' } },
  },
  {
    story: 'somebody listed as absent who is not registered any more is nobody',
    who: { absentees: [ADA] },
    facts: {},
  },
  {
    story: 'of two registrations of one address the approved one counts',
    who: { registrants: [registrant(ADA, { id: '2', status: 'denied' }), registrant(ADA, { id: '1' })] },
    facts: { [ADA]: { status: 'absent', registrantStatus: 'approved' } },
  },
  {
    story:
      'of two approved registrations the earlier one counts: who registered again after the end was absent',
    who: { registrants: [registrant(ADA, { id: '1', ...late }), registrant(ADA, { id: '2' })] },
    facts: { [ADA]: { status: 'absent', registeredAt: '2026-10-01T08:00:00Z' } },
  },
  {
    story: 'a stay by the denied registration belongs to the person with the approved one',
    who: {
      registrants: [registrant(ADA, { id: '2', status: 'denied' }), registrant(ADA, { id: '1' })],
      segments: [stay('10:00', '10:30', { registrant: '2' })],
    },
    facts: { [ADA]: { status: 'attended', registrantStatus: 'approved' } },
  },
  {
    story: 'answers and source of a registration come along, of whoever came and of whoever did not',
    who: {
      registrants: [
        registrant(ADA, { answers: { Size: '10' }, source: 'newsletter' }),
        registrant('bob@example.com', { answers: { Size: '20' } }),
      ],
      segments: [stay('10:00', '10:30', ada)],
    },
    facts: {
      [ADA]: { answers: { Size: '10' }, registeredFrom: 'newsletter' },
      'bob@example.com': { answers: { Size: '20' }, registeredFrom: undefined as never },
    },
  },
  {
    story: 'an instance without anybody has no facts',
    who: {},
    facts: {},
  },
];

golden('absence', ABSENCE);
